import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const axePath = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious or critical on a page, once it has come to rest. */
export async function seriousFindings(page) {
  // Evaluated, not added as a script element, which the page's own policy would refuse.
  await page.evaluate(await readFile(axePath, "utf8"));
  // Where music plays, answers are asked anew and are pale until they are there: nobody is to judge those colours.
  let violations = [];
  for (let i = 0; i < 10; ++i) {
    for (let k = 0; k < 100 && (await page.locator(".stale").count()) > 0; ++k)
      await page.waitForTimeout(100);
    await page.waitForTimeout(300);
    await page.evaluate(() => {
      const look = () => {
        window.wasPale ||= document.querySelector(".stale") !== null;
      };
      window.wasPale = false;
      window.paleness ??= new MutationObserver(look);
      window.paleness.observe(document.body, { subtree: true, attributeFilter: ["class"], childList: true });
      look();
    });
    ({ violations } = await page.evaluate(() => window.axe.run()));
    if (!(await page.evaluate(() => window.wasPale))) break;
  }
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(" | ")}`);
}
