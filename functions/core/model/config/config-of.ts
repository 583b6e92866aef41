import type { Destination } from './destination.ts';
import type { Interval } from './interval.ts';
import type { Lookup } from './lookup.ts';
import type { Route } from './route.ts';
import type { Silence } from './silence.ts';
import type { Source } from './source.ts';
import type { ConfigKind } from './unreadable-config.ts';

/** The model object of a kind of configuration. */
export type ConfigOf<K extends ConfigKind> = K extends 'source'
  ? Source
  : K extends 'destination'
    ? Destination
    : K extends 'route'
      ? Route
      : K extends 'silence'
        ? Silence
        : K extends 'interval'
          ? Interval
          : Lookup;
