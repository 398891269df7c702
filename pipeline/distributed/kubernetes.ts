// A manifest that hands a scoring to Kubernetes: an Indexed Job with a pod for each shard, and a Job that merges. JSON, which
// kubectl takes as it takes YAML, and in which nothing has to be quoted by hand.
import { commonArguments, type ScoringJob, tasksOf, WAITS } from './job.ts';

export interface KubernetesJob extends ScoringJob {
  /** That has Node and Cellarium, with its `cellarium` command on the path, and the content. */
  readonly image: string;
  /** The persistent volume claim, which many pods may write to, that is mounted where the store lies. */
  readonly claim: string;
  readonly out: string;
}

/** Pods of a shard that may fail for other reasons than that it waits. */
const FAILURES = 6;

/** A list of two Jobs, as an object. */
export function kubernetesManifest(job: KubernetesJob): object {
  const { scored, out } = job;
  const tasks = tasksOf(job);
  const name = `cellarium-${scored
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 40)}`;
  // The index comes from Kubernetes itself, which writes it in.
  const shard = [...escaped(commonArguments(job)), '--index', '$(JOB_COMPLETION_INDEX)'];
  const merge = escaped([...commonArguments(job), '--merge-only', '--json', '--out', out]);
  return {
    apiVersion: 'v1',
    kind: 'List',
    items: [
      jobOf(`${name}-shards`, podOf(job, shard), {
        completionMode: 'Indexed',
        completions: tasks,
        parallelism: tasks,
        backoffLimitPerIndex: FAILURES,
      }),
      jobOf(`${name}-merge`, podOf(job, merge), { backoffLimit: FAILURES }),
    ],
  };
}

/** Kubernetes replaces $(NAME) in arguments; $$(NAME) is what was meant as it stands. */
const escaped = (words: readonly string[]) => words.map((word) => word.replaceAll('$(', '$$$$('));

function jobOf(name: string, template: object, settings: object): object {
  const ignored = [
    { action: 'Ignore', onExitCodes: { containerName: 'cellarium', operator: 'In', values: [WAITS] } },
    { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget', status: 'True' }] },
  ];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { name },
    // Pods that wait for others, and those that a machine had to give up, are begun again and count for nothing.
    spec: { ...settings, podFailurePolicy: { rules: ignored }, template },
  };
}

function podOf({ image, claim, store, threads }: KubernetesJob, args: readonly string[]): object {
  const container = {
    name: 'cellarium',
    image,
    command: ['cellarium'],
    args,
    resources: { requests: { cpu: String(threads) } },
    volumeMounts: [{ name: 'store', mountPath: store }],
  };
  const volume = { name: 'store', persistentVolumeClaim: { claimName: claim } };
  return { spec: { restartPolicy: 'Never', containers: [container], volumes: [volume] } };
}
