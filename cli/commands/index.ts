import type { CommandFile } from '../command.ts';

/** The table of contents of the tool, in the order of its help: a command is loaded when it is called or listed. */
export const COMMANDS: ReadonlyMap<string, () => Promise<CommandFile>> = new Map(
  Object.entries({
    source: async () => (await import('./source.ts')).addSource,
    destination: async () => (await import('./destination.ts')).addDestination,
    setup: async () => (await import('./setup.ts')).addSetup,
    test: async () => (await import('./test.ts')).addTest,
    route: async () => (await import('./route.ts')).addRoute,
    apply: async () => (await import('./apply.ts')).addApply,
    export: async () => (await import('./export.ts')).addExport,
    history: async () => (await import('./history.ts')).addHistory,
    silence: async () => (await import('./silence.ts')).addSilence,
    interval: async () => (await import('./interval.ts')).addInterval,
    lookup: async () => (await import('./lookup.ts')).addLookup,
    alerts: async () => (await import('./alerts.ts')).addAlerts,
    deliveries: async () => (await import('./deliveries.ts')).addDeliveries,
    'dead-letters': async () => (await import('./dead-letters.ts')).addDeadLetters,
    suppressions: async () => (await import('./suppressions.ts')).addSuppressions,
    'unsubscribe-key': async () => (await import('./unsubscribe-key.ts')).addUnsubscribeKey,
    remediation: async () => (await import('./remediation.ts')).addRemediation,
    why: async () => (await import('./why.ts')).addWhy,
    audit: async () => (await import('./audit.ts')).addAudit,
    replay: async () => (await import('./replay.ts')).addReplay,
    status: async () => (await import('./status.ts')).addStatus,
    canary: async () => (await import('./canary.ts')).addCanary,
    console: async () => (await import('./console.ts')).addConsole,
    teardown: async () => (await import('./teardown.ts')).addTeardown,
    pack: async () => (await import('./pack.ts')).addPack,
    local: async () => (await import('./local.ts')).addLocal,
    completion: async () => (await import('./completion.ts')).addCompletion,
  }),
);
