import { DATA, ILLEGAL, layer2, md5, serve, success, TERMINAL } from './stub.ts';

/** The gateway's side of a terminal: exactly two keys, a new one a check-in, signatures checked over raw bytes. */
export class Terminal {
  current: string;
  previous: string | undefined;
  /** Answers to so many check-ins are lost after they were executed. */
  lose = 0;
  /** Whether the previous key opens business calls too, or only the check-in. */
  oldKey: 'both' | 'checkinOnly' = 'both';
  nested = false;
  private count = 0;

  constructor(current: string, previous?: string) {
    this.current = current;
    this.previous = previous;
  }

  async serve() {
    return serve(({ path, headers, body }) => {
      const isCheckin = path === '/terminal/checkin';
      const accepted = isCheckin || this.oldKey === 'both' ? [this.current, this.previous] : [this.current];
      const good = accepted.some((key) => key && headers.authorization === `${TERMINAL} ${md5(body, key)}`);
      if (!good) return { body: ILLEGAL };
      if (!isCheckin) return { body: path.endsWith('query') ? success() : layer2('CANCEL_SUCCESS', '', DATA) };
      this.rotate();
      if (this.lose > 0) {
        this.lose -= 1;
        return 'reset';
      }
      const pair = { terminal_sn: TERMINAL, terminal_key: this.current };
      return {
        body: {
          result_code: '200',
          biz_response: this.nested ? { result_code: 'TERMINAL_CHECKIN_SUCCESS', data: pair } : pair,
        },
      };
    });
  }

  rotate() {
    this.count += 1;
    this.previous = this.current;
    this.current = `key-${this.count}`;
  }
}

/** The last part of each call's path, in order. */
export const paths = (calls: readonly { path: string }[]) => calls.map((call) => call.path.split('/').at(-1));
