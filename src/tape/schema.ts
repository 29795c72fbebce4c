/** The tape's format, version 1: an SQLite file that any SQLite tool can read. */
import type { Database } from 'better-sqlite3'
import { ShadowcatError } from '../errors.ts'
import type { ExternalState } from '../upstream.ts'

/** `shct`, in SQLite's header, tells a tape from other databases. */
export const applicationId = 0x73686374

/** In SQLite's `user_version`. A tape of a newer version is refused. */
export const schemaVersion = 1

/** What `external_state.kind` may be. A journal names them by their place in this list: new ones go to its end. */
export const stateKinds: readonly ExternalState['kind'][] = ['clock', 'random', 'http', 'file', 'environment']

/**
 * All tables of version 1, with those that only HTTP, interceptors and held worlds fill.
 * The first seven columns of `recordings` are as the project began with; other columns follow them. Times are microseconds since the session began.
 */
const tables = `
CREATE TABLE sessions (
  session_id TEXT PRIMARY KEY,   -- its ordinal, from 1
  upstream TEXT NOT NULL,        -- JSON: what the server side was
  protocol_version TEXT,
  started_at TEXT NOT NULL,      -- ISO 8601
  world TEXT,                    -- JSON: epoch, seed and the like, when they were held
  redaction TEXT,                -- hash of the redaction rules in force
  tool TEXT                      -- the version of shadowcat
);
CREATE TABLE recordings (
  id INTEGER PRIMARY KEY,
  session_id TEXT REFERENCES sessions (session_id),
  timestamp INTEGER,
  message_type TEXT,
  message BLOB,
  component_id TEXT,
  policy BLOB,
  direction TEXT,                -- to-server, to-client
  origin TEXT,                   -- shadowcat: said by itself
  method TEXT,
  request_key TEXT,              -- SHA-256 of a request's canonical method and parameters
  reply_to INTEGER REFERENCES recordings (id),
  exchange INTEGER,              -- HTTP: the request/response pair
  stream TEXT,
  event_id TEXT,
  late INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE exchanges (
  id INTEGER PRIMARY KEY,
  session_id TEXT REFERENCES sessions (session_id),
  method TEXT,
  path TEXT,
  status INTEGER,
  request_headers TEXT,          -- JSON: a named list, never credentials
  response_headers TEXT,
  started INTEGER,
  ended INTEGER,
  ended_by TEXT
);
CREATE TABLE component_loads (
  id INTEGER PRIMARY KEY,
  session_id TEXT REFERENCES sessions (session_id),
  entry INTEGER REFERENCES recordings (id),
  component_id TEXT NOT NULL,
  uri TEXT NOT NULL,
  digest TEXT,                   -- sha256:…
  policy BLOB,
  initial INTEGER NOT NULL       -- 1: it was there when the session began
);
CREATE TABLE component_bytes (
  digest TEXT PRIMARY KEY,
  bytes BLOB NOT NULL
);
CREATE TABLE external_state (
  id INTEGER PRIMARY KEY,
  session_id TEXT REFERENCES sessions (session_id),
  entry INTEGER REFERENCES recordings (id),
  timestamp INTEGER,
  kind TEXT NOT NULL,            -- clock, random, http, file, environment
  request BLOB,
  response BLOB
);
CREATE TABLE interceptions (
  id INTEGER PRIMARY KEY,
  entry INTEGER REFERENCES recordings (id),
  point TEXT NOT NULL,
  interceptor TEXT NOT NULL,
  version TEXT,
  config_digest TEXT,
  verdict TEXT NOT NULL,
  original_key TEXT,
  replacement BLOB,
  paused_us INTEGER
);
`

/** Messages are cast to text because SQLite takes a blob for its own binary JSON. */
const views = `
CREATE VIEW tool_invocations AS
SELECT
  call.id AS id,
  call.session_id AS session_id,
  CASE WHEN json_valid(CAST(call.message AS TEXT)) THEN json_extract(CAST(call.message AS TEXT), '$.params.name') END AS tool,
  call.component_id AS component_id,
  call.timestamp AS timestamp,
  answer.id AS answer,
  answer.message_type AS outcome,
  answer.timestamp - call.timestamp AS duration,
  CAST(call.message AS TEXT) AS request,
  CAST(answer.message AS TEXT) AS response
FROM recordings AS call
LEFT JOIN recordings AS answer ON answer.reply_to = call.id AND answer.late = 0
WHERE call.direction = 'to-server' AND call.message_type = 'request' AND call.method = 'tools/call';
CREATE VIEW timing AS
SELECT
  entry.id AS id,
  entry.session_id AS session_id,
  entry.direction AS direction,
  coalesce(entry.method, asked.method) AS method,
  entry.timestamp AS timestamp,
  entry.timestamp - lag(entry.timestamp) OVER (PARTITION BY entry.session_id ORDER BY entry.id) AS gap,
  entry.timestamp - asked.timestamp AS duration
FROM recordings AS entry
LEFT JOIN recordings AS asked ON asked.id = entry.reply_to;
`

/** Makes an empty tape of a new database; to be called inside a transaction. */
export function createSchema(database: Database): void {
  database.exec(tables + views)
  database.pragma(`application_id = ${applicationId}`)
  database.pragma(`user_version = ${schemaVersion}`)
}

/** `upgrades[n - 1]` makes version n + 1 of version n, in memory alone: the file stays as it is. */
export const upgrades: readonly ((database: Database) => void)[] = []

/** Refuses a tape of a version that this program does not know. */
export function checkVersion(version: number, path: string): void {
  if (version >= 1 && version <= schemaVersion) return
  if (version < 1) throw new ShadowcatError('tape', `${path} is marked as a tape but has no version: it is damaged`, { facts: { path } })
  const message = `${path} is a tape of version ${version}, made by a newer shadowcat; this one reads up to ${schemaVersion}: upgrade shadowcat`
  throw new ShadowcatError('version', message, { facts: { path, version, known: schemaVersion } })
}
