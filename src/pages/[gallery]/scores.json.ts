import type { APIRoute } from 'astro';
import { galleryPaths } from '../../lib/artifacts.ts';
import { scoreTables } from '../../lib/score-tables.ts';

export const getStaticPaths = () => galleryPaths();

export const GET: APIRoute = ({ params }) => Response.json(scoreTables(params.gallery!));
