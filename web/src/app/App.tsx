export function App() {
  return <main>Hongyan</main>;
}
