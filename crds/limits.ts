// Made from the CRDs beside this file; do not edit. To change it: make generate

/**
 * The bounds, patterns and defaults of the schema, each at the path of its field; `items` is what a list holds, and
 * `additionalProperties` what a map does. Lengths are in characters, which are Unicode code points.
 * A kind that is made of another has here what it has beyond that.
 */
export const SCHEMA = {
  Checkpoint: {
    spec: {
      action: { minLength: 1, maxLength: 253, pattern: '^[A-Za-z0-9]([A-Za-z0-9._/:-]*[A-Za-z0-9])?$' },
      agent: { minLength: 1, maxLength: 253 },
      summary: { minLength: 1, maxLength: 1024 },
      timeoutSeconds: { default: 1800, minimum: 10, maximum: 2592000 },
      ttlSecondsAfterDecision: { default: 259200, minimum: 3600, maximum: 315360000 },
      requester: {
        username: { minLength: 1, maxLength: 512 },
        uid: { maxLength: 512 },
        groups: {
          maxItems: 256,
          items: { maxLength: 512 },
        },
      },
    },
    status: {
      deadline: { maxLength: 64 },
      evaluations: {
        maxItems: 32,
        items: {
          ruleRef: {
            name: { minLength: 1, maxLength: 253 },
          },
          condition: { maxLength: 4096 },
          message: { maxLength: 1024 },
          messageError: { maxLength: 1024 },
        },
      },
      requirements: {
        minItems: 1,
        maxItems: 32,
        items: {
          ruleRef: {
            name: { minLength: 1, maxLength: 253 },
          },
          minApprovals: { minimum: 1, maximum: 10 },
          users: {
            minItems: 1,
            maxItems: 64,
            items: { minLength: 1, maxLength: 512 },
          },
          groups: {
            minItems: 1,
            maxItems: 64,
            items: { minLength: 1, maxLength: 512 },
          },
        },
      },
      notifications: {
        maxItems: 64,
        items: {
          channel: { minLength: 1, maxLength: 64 },
          messageID: { maxLength: 64 },
          permalink: { maxLength: 1024 },
          attempts: { minimum: 0, maximum: 1000000 },
          lastError: { maxLength: 1024 },
          renderedHash: { maxLength: 128 },
          storedHash: { maxLength: 128 },
        },
      },
      decision: {
        message: { maxLength: 1024 },
        decisionTime: { maxLength: 64 },
        decidedBy: {
          name: { minLength: 1, maxLength: 253 },
        },
        checkpointUID: { minLength: 1, maxLength: 128 },
        ruleRef: {
          name: { minLength: 1, maxLength: 253 },
        },
        reviews: {
          maxItems: 320,
          items: {
            name: { maxLength: 253 },
            username: { maxLength: 512 },
            reason: { maxLength: 3000 },
            time: { maxLength: 64 },
          },
        },
      },
      conditions: {
        maxItems: 16,
        items: {
          type: { minLength: 1, maxLength: 316 },
          lastTransitionTime: { maxLength: 64 },
          reason: { minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
          message: { maxLength: 32768 },
        },
      },
    },
  },
  CheckpointRule: {
    spec: {
      actions: {
        minItems: 1,
        maxItems: 64,
        items: { minLength: 1, maxLength: 253 },
      },
      requesters: {
        minItems: 1,
        maxItems: 64,
        items: { minLength: 1, maxLength: 512 },
      },
      condition: { minLength: 1, maxLength: 4096 },
      mode: { default: 'Enforce' },
      message: { minLength: 1, maxLength: 4096 },
      approval: {
        minApprovals: { default: 1, minimum: 1, maximum: 10 },
        users: {
          minItems: 1,
          maxItems: 64,
          items: { minLength: 1, maxLength: 512 },
        },
        groups: {
          minItems: 1,
          maxItems: 64,
          items: { minLength: 1, maxLength: 512 },
        },
      },
      notify: {
        slack: {
          channel: { maxLength: 64, pattern: '^[CG][A-Z0-9]{8,}$' },
        },
      },
      onError: { default: 'Ask' },
    },
    status: {
      conditions: {
        maxItems: 16,
        items: {
          type: { minLength: 1, maxLength: 316 },
          lastTransitionTime: { maxLength: 64 },
          reason: { minLength: 1, maxLength: 1024, pattern: '^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$' },
          message: { maxLength: 32768 },
        },
      },
    },
  },
  ClusterCheckpointRule: {
    spec: {
      namespaceSelector: {
        matchLabels: {
          minProperties: 1,
          maxProperties: 32,
          additionalProperties: { maxLength: 63 },
        },
        matchExpressions: {
          minItems: 1,
          maxItems: 32,
          items: {
            key: { minLength: 1, maxLength: 317 },
            values: {
              minItems: 1,
              maxItems: 64,
              items: { maxLength: 63 },
            },
          },
        },
      },
    },
  },
  CheckpointReview: {
    spec: {
      checkpoint: {
        name: { minLength: 1, maxLength: 253 },
        uid: { minLength: 1, maxLength: 128 },
      },
      reason: { minLength: 1, maxLength: 3000 },
      reviewer: {
        username: { minLength: 1, maxLength: 512 },
        uid: { maxLength: 512 },
        groups: {
          maxItems: 256,
          items: { maxLength: 512 },
        },
      },
      via: {
        slack: {
          team: { minLength: 1, maxLength: 64 },
          user: { minLength: 1, maxLength: 64 },
          channel: { minLength: 1, maxLength: 64 },
          messageID: { minLength: 1, maxLength: 64 },
        },
      },
    },
  },
  ReviewerIdentity: {
    spec: {
      username: { minLength: 1, maxLength: 512 },
      groups: {
        minItems: 1,
        maxItems: 64,
        items: { minLength: 1, maxLength: 512 },
      },
      slack: {
        team: { maxLength: 64, pattern: '^[TE][A-Z0-9]+$' },
        user: { maxLength: 64, pattern: '^[UW][A-Z0-9]+$' },
      },
    },
  },
} as const;
