// placeholder
import type { Tokeniser } from './tokeniser.ts';
export function isHuggingFaceFile(json: unknown): boolean {
  return typeof json === 'object' && json !== null && 'model' in json;
}
export function parseHuggingFace(_json: unknown, _file: string): Tokeniser | undefined {
  return undefined;
}
