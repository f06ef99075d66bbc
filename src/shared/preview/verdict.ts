/**
 * What there is to say of a picture that was looked at. `black`: nothing in it is bright. `white`: nothing is dark. `flat`: one
 * colour.
 */
export const verdicts = ['good', 'black', 'white', 'flat'] as const;
export type Verdict = (typeof verdicts)[number];
