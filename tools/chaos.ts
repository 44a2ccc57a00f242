/** `npm run chaos -- --seconds 60 --seed 1 --json`: breaks everything while reversals run, then counts the money. */
import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { lifetimes } from '../bench/fleet/census.ts';
import { rngOf } from '../src/demo/random/rng.ts';
import { GATEWAYS } from '../src/stand/accounts.ts';
import { attack } from './chaos/attacks.ts';
import { newButtons } from './chaos/buttons.ts';
import { type Decisions, decideAll } from './chaos/decide.ts';
import type { Started } from './chaos/messages.ts';
import { type ChaosOptions, HELP, parseChaosOptions } from './chaos/options.ts';
import { replayAll, resetEnded } from './chaos/presses.ts';
import { unreplayable } from './chaos/replays.ts';
import { isRight, type Played, reportOf, untried } from './chaos/report.ts';
import { mend, type Settled, settle } from './chaos/settle.ts';
import { type Site, withSite } from './chaos/site.ts';
import { storyOf } from './chaos/story.ts';
import { startTraffic } from './chaos/traffic.ts';
import { DELIVERED_WITHIN_MS, judgeAll, type Verdict } from './chaos/verdict.ts';

const AFTERMATH_MS = 3000;
/** After the attacks, all in all. */
const AT_LONGEST_MS = 20 * 60_000;
/** More than that nobody reads. */
const STORIES = 40;
const began = performance.now();
const log = (line: string) =>
  process.stderr.write(`chaos: ${((performance.now() - began) / 1000).toFixed(0)} s, ${line}\n`);

/** One merchant has one account here: odd seeds speak Alipay's newer protocol, even ones the classic one. */
const gatewaysOf = (seed: number) =>
  GATEWAYS.filter((name) => name !== (seed % 2 === 1 ? 'alipay-classic' : 'alipay-v3'));

/** The workers under attack are those of the package: it is made anew, so that it is this code. */
function build(): void {
  const file = fileURLToPath(new URL('./build.ts', import.meta.url));
  const { status } = spawnSync(process.execPath, [file], { stdio: ['ignore', 2, 2] });
  if (status !== 0) throw new Error('the package could not be built');
}

async function play(options: ChaosOptions): Promise<boolean> {
  const { seconds, seed, rate, json } = options;
  build();
  return withSite({ gateways: gatewaysOf(seed), seed, log }, async (site) => {
    const over = AbortSignal.timeout(1000 * seconds);
    const buttons = newButtons();
    const traffic = startTraffic({ site, seed, rate, over, buttons });
    const { started } = traffic;
    const telling = setInterval(() => log(`${started.length} reversals started`), 15_000);
    const tally = await attack({ site, traffic, seed, over, buttons, log });
    clearInterval(telling);
    const endedMeanwhile = await ended(site);
    log('the attacks are over: everything is mended and let finish');
    await mend(site);
    await settle(site, traffic, log);
    log('everything that was notified arrives once more, and some are reset');
    await resetEnded({ site, traffic, rng: rngOf(seed, 400_000), buttons });
    buttons.replayedNotifications += await replayAll(site);
    site.door.shut();
    const settled = await settle(site, traffic, log);
    const { stuck } = settled;
    log(`${stuck.size} wait for people, who decide`);
    const decisions = await decideAll({ site, seed, started, stuck, buttons });
    await sleep(AFTERMATH_MS);
    const verdict = await judge(site, started, settled, decisions);
    const played: Played = {
      options,
      endedMeanwhile,
      site,
      tally,
      verdict,
      settled,
      decisions,
      reversals: started.length,
      messages: started.flatMap(({ messages }) => messages),
    };
    const report = reportOf(played);
    for (const end of site.workers.flatMap(({ ends }) => ends)) log(`a worker ended by itself, with ${end}`);
    process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`);
    for (const name of untried(report)) log(`nothing counts under ${name}: play longer`);
    if (report.unfinished > 0)
      log(`${report.unfinished} still moved: play on a machine with less to do, or at a lower rate`);
    return isRight(report, verdict.findings);
  });
}

/** How many orders have an end; one that was started or reset again has not. */
async function ended({ gateways, temporal }: Site): Promise<number> {
  const lives = await Promise.all(gateways.map((gateway) => lifetimes(temporal, gateway)));
  return lives.flatMap((of) => [...of.values()]).filter(({ endedAt }) => endedAt !== undefined).length;
}

async function judge(
  site: Site,
  started: readonly Started[],
  { stuck, unfinished }: Settled,
  { left }: Decisions,
): Promise<Verdict> {
  const verdict = await judgeAll({
    ...site,
    ...{ started, stuck, left, unfinished },
    lifetimes: (gateway) => lifetimes(site.temporal, gateway),
    unreplayable: await unreplayable(site.temporal),
    waitMs: DELIVERED_WITHIN_MS,
  });
  await tell(site, started, verdict);
  return verdict;
}

/** A run is not repeated in every detail, so what was found is told with all that led to it. */
async function tell(site: Site, started: readonly Started[], { findings }: Verdict): Promise<void> {
  const found = Object.entries(findings).flatMap(([name, list]) => list.map((what: string) => `${name}: ${what}`));
  for (const line of found) process.stderr.write(`${line}\n`);
  const about = started.filter(({ request }) => found.some((line) => line.includes(`: ${request.orderId}: `)));
  for (const one of about.slice(0, STORIES)) process.stderr.write(await storyOf(site, one));
}

const options = parseChaosOptions(process.argv.slice(2));
if (options === undefined) process.stdout.write(HELP);
else {
  // Stops everything that was started, whatever it hangs on.
  setTimeout(() => process.kill(process.pid, 'SIGTERM'), 1000 * options.seconds + AT_LONGEST_MS).unref();
  const right = await play(options);
  // A sender who never gives up would go on for ever now that everything is gone.
  process.stdout.write('', () => process.exit(right ? 0 : 1));
}
