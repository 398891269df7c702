// What is done to every page once it is drawn.
import type { MiddlewareHandler } from 'astro';
import { withLightDrawings } from './lib/light-svg.ts';

export const onRequest: MiddlewareHandler = async (_, next) => {
  const response = await next();
  if (response.headers.get('content-type')?.startsWith('text/html') !== true) return response;
  return new Response(withLightDrawings(await response.text()), response);
};
