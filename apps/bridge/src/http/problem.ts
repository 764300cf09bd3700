import { PROBLEMS, problemDocument, type ProblemCode, type ProblemDocument } from '@taxinav/bridge-contract';

/** What went wrong, as RFC 9457 wants it told: thrown by an operation, written by the server. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly document: ProblemDocument;

  /** `detail` says what happened this time, and what to do. */
  constructor(code: ProblemCode, detail: string, more?: Pick<ProblemDocument, 'candidates' | 'errors'>) {
    super(detail);
    this.document = problemDocument(code, detail, more);
  }

  get status(): number {
    return PROBLEMS[this.document.code].status;
  }
}
