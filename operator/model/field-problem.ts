/** Something that is out of bounds, and where: `spec.context.items[3].price`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export function problemLine({ path, message }: FieldProblem): string {
  return `${path}: ${message}`;
}
