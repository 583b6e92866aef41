import type { Destination } from './destination.ts';
import type { Route } from './route.ts';
import type { Source } from './source.ts';
import type { ConfigKind } from './unreadable-config.ts';

/** The model object of a kind of configuration. */
export type ConfigOf<K extends ConfigKind> = K extends 'source'
  ? Source
  : K extends 'destination'
    ? Destination
    : Route;
