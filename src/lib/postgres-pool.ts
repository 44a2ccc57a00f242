/** Connections to PostgreSQL that may break at any moment. */
import pg from 'pg';

/**
 * A pool whose broken connections end no process. `pg` tells a break twice: the statement under way fails, which whoever
 * asked is told, and an `error` event of the connection, which would end the process where nobody listens. The pool
 * listens to connections that idle; while one is in use nobody does.
 */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool(config);
  const told = () => {};
  pool.on('error', told);
  pool.on('connect', (connection) => connection.on('error', told));
  return pool;
}
