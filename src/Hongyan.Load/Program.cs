Console.WriteLine("Hongyan");
