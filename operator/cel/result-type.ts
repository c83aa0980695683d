/**
 * What an expression must give: a condition `bool`, a message `string`. Of a condition that is also refused which could
 * not have been meant, as one that is always true. `dyn` takes whatever can be evaluated.
 */
export type ResultType = 'bool' | 'string' | 'dyn';
