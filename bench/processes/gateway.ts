/** The emulated gateway, in a process of its own: its signatures cost nobody else's CPU time. */
import { EVERY_ORDER, startSandbox, systems } from '../../src/sandbox/index.ts';
import { ACCOUNTS, type GatewayReady, seedRequest } from './contract.ts';
import { serveParent } from './helper.ts';

serveParent(async () => {
  const { alipay } = systems;
  if (alipay === undefined) throw new Error('the sandbox has no Alipay');
  const sandbox = await startSandbox({
    systems: Object.fromEntries(Object.keys(ACCOUNTS).map((account) => [account, alipay])),
  });
  const ready: GatewayReady = {};
  for (const [account, delayMs] of Object.entries(ACCOUNTS)) {
    ready[account] = { endpoint: sandbox.url(account), credentials: sandbox.system(account).credentials() };
    if (delayMs > 0) {
      sandbox.fault(account, EVERY_ORDER, { operation: 'any', wire: 'delayAnswer', delayMs, times: 0 });
    }
  }
  return {
    ready,
    answer(question) {
      const { account, orderIds, amount } = seedRequest.parse(question);
      for (const orderId of orderIds) sandbox.seed(account, { orderId, amount, state: 'PAID' });
      return orderIds.length;
    },
    stop: () => sandbox.stop(),
  };
});
