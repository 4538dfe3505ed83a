/**
 * The messages of Argo CD's plugin protocol and of gRPC's health service (plugin.proto, health.proto), read and written
 * without the descriptions of protobufjs: a repository arrives in thousands of messages of a kilobyte.
 */
import { Reader, Writer } from 'protobufjs/minimal.js';
import type { Announcement } from '../argocd/announcement.ts';

/** A variable of the Application's environment. */
export interface EnvEntry {
  readonly name: string;
  readonly value: string;
}

/** What stands before the chunks of an archive. */
export interface Metadata {
  readonly appName: string;
  readonly appRelPath: string;
  /** SHA-256 of the archive, in hexadecimal digits. */
  readonly checksum: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly env: readonly EnvEntry[];
}

/** One message of a stream; neither is set in an empty one. */
export interface StreamRequest {
  readonly metadata?: Metadata;
  readonly chunk?: Uint8Array;
}

/** A field: its number and the type of what follows it. */
const field = (number: number, type: 0 | 2): number => number * 8 + type;
const VARINT = 0;
const BYTES = 2;

/** Calls `read` with the tag of each field of the message of `length` bytes at the reader; false: a field to pass over. */
function eachField(reader: Reader, length: number, read: (tag: number) => boolean): void {
  const end = reader.pos + length;
  while (reader.pos < end) {
    const tag = reader.uint32();
    if (!read(tag)) reader.skipType(tag % 8);
  }
  if (reader.pos > end) throw new RangeError('a field is longer than its message');
}

function readEnvEntry(reader: Reader): EnvEntry {
  const entry = { name: '', value: '' };
  eachField(reader, reader.uint32(), (tag) => {
    if (tag === field(1, BYTES)) entry.name = reader.string();
    else if (tag === field(2, BYTES)) entry.value = reader.string();
    else return false;
    return true;
  });
  return entry;
}

function readMetadata(reader: Reader): Metadata {
  const env: EnvEntry[] = [];
  const metadata = { appName: '', appRelPath: '', checksum: '', size: 0, env };
  eachField(reader, reader.uint32(), (tag) => {
    if (tag === field(1, BYTES)) metadata.appName = reader.string();
    else if (tag === field(2, BYTES)) metadata.appRelPath = reader.string();
    else if (tag === field(3, BYTES)) metadata.checksum = reader.string();
    else if (tag === field(4, VARINT)) metadata.size = Number(reader.int64());
    else if (tag === field(5, BYTES)) env.push(readEnvEntry(reader));
    else return false;
    return true;
  });
  return metadata;
}

function readFile(reader: Reader): Uint8Array {
  let chunk: Uint8Array = new Uint8Array();
  eachField(reader, reader.uint32(), (tag) => {
    if (tag !== field(1, BYTES)) return false;
    chunk = reader.bytes();
    return true;
  });
  return chunk;
}

/**
 * Reads an `AppStreamRequest`. Of several parts the last counts. The chunk is a view of `bytes`. An error for bytes that
 * are no message.
 */
export function readStreamRequest(bytes: Buffer): StreamRequest {
  const reader = Reader.create(bytes);
  let request: StreamRequest = {};
  eachField(reader, bytes.length, (tag) => {
    if (tag === field(1, BYTES)) request = { metadata: readMetadata(reader) };
    else if (tag === field(2, BYTES)) request = { chunk: readFile(reader) };
    else return false;
    return true;
  });
  return request;
}

/** A `ManifestResponse`. */
export function writeManifests(manifests: Iterable<string>): Uint8Array<ArrayBuffer> {
  const writer = Writer.create();
  for (const manifest of manifests) writer.uint32(field(1, BYTES)).string(manifest);
  return new Uint8Array(writer.finish());
}

/** A `ParametersAnnouncementResponse`. */
export function writeAnnouncements(announcements: readonly Announcement[]): Uint8Array<ArrayBuffer> {
  const writer = Writer.create();
  for (const { name, title, tooltip, required, itemType, collectionType } of announcements) {
    writer.uint32(field(1, BYTES)).fork();
    writer.uint32(field(1, BYTES)).string(name);
    writer.uint32(field(2, BYTES)).string(title);
    writer.uint32(field(3, BYTES)).string(tooltip);
    if (required) writer.uint32(field(4, VARINT)).bool(true);
    writer.uint32(field(5, BYTES)).string(itemType);
    writer.uint32(field(6, BYTES)).string(collectionType);
    writer.ldelim();
  }
  return new Uint8Array(writer.finish());
}

/** gRPC's `HealthCheckResponse.ServingStatus`. */
export const servingStatus = { unknown: 0, serving: 1, notServing: 2, serviceUnknown: 3 } as const;

/** A `HealthCheckResponse`. */
export function writeHealth(status: (typeof servingStatus)[keyof typeof servingStatus]): Uint8Array {
  return Writer.create().uint32(field(1, VARINT)).int32(status).finish();
}

/** A `HealthCheckRequest`. */
export interface HealthRequest {
  /** '' for the whole server. */
  readonly service: string;
}

/** Reads a `HealthCheckRequest`. */
export function readHealthRequest(bytes: Buffer): HealthRequest {
  const reader = Reader.create(bytes);
  const request = { service: '' };
  eachField(reader, bytes.length, (tag) => {
    if (tag !== field(1, BYTES)) return false;
    request.service = reader.string();
    return true;
  });
  return request;
}

/** The status in a `HealthCheckResponse`. */
export function readHealth(bytes: Uint8Array): number {
  const reader = Reader.create(bytes);
  let known: number = servingStatus.unknown;
  eachField(reader, bytes.length, (tag) => {
    if (tag !== field(1, VARINT)) return false;
    known = reader.int32();
    return true;
  });
  return known;
}

/** The empty message: `RepositoryResponse` and `CheckPluginConfigurationResponse` with every field false. */
export const emptyMessage = new Uint8Array();
