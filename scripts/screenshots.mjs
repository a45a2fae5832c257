// What scripts/screenshots runs: starts a demo on a free port, and takes a picture of it for every README and device.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const [driver, server, web, folder] = process.argv.slice(2);
const { chromium } = await import(driver);

const devices = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
};
const readmes = [
  { suffix: "", locale: "en-GB", handle: "Handle", password: "Password", signIn: "Sign in", chat: "Emma Clarke", composer: "Message" },
  { suffix: "-zh", locale: "zh-CN", handle: "账号", password: "密码", signIn: "登录", chat: "陈伟", composer: "消息" },
];

const demo = spawn("dotnet", [server, "--web", web, "--port", "0", "--data", `${folder}/data`, "--demo"], {
  stdio: ["ignore", "pipe", "inherit"],
});
try {
  const { address, person, secret } = await start();
  const browser = await chromium.launch({
    executablePath: process.env.HONGYAN_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
  });
  for (const readme of readmes) {
    for (const [device, size] of Object.entries(devices)) {
      const context = await browser.newContext({ ...size, locale: readme.locale, deviceScaleFactor: 2, colorScheme: "light" });
      const page = await context.newPage();
      await page.goto(address);
      await page.getByLabel(readme.handle).fill(person);
      await page.getByLabel(readme.password, { exact: true }).fill(secret);
      await page.getByRole("button", { name: readme.signIn, exact: true }).click();
      await page.getByRole("link", { name: readme.chat }).first().click();
      await page.getByRole("textbox", { name: readme.composer, exact: true }).waitFor();
      await page.waitForLoadState("networkidle");
      await page.screenshot({ path: `${folder}/${device}${readme.suffix}.png`, animations: "disabled", caret: "hide" });
      await context.close();
    }
  }
  await browser.close();
} finally {
  demo.kill("SIGTERM");
  if (demo.exitCode === null) await once(demo, "exit");
}

/** Waits until the demo serves, and reads from its lines where and with which account. */
async function start() {
  let account;
  for await (const line of createInterface({ input: demo.stdout })) {
    account ??= /^demo: sign in as (\w+),.* the password is (\S+)$/.exec(line);
    const ready = /^ready: (\S+)$/.exec(line);
    if (ready && account) {
      demo.stdout.resume();
      return { address: ready[1], person: account[1], secret: account[2] };
    }
  }
  throw new Error("The demo did not start.");
}
