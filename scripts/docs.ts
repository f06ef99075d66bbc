/** `npm run docs`: writes the documents that are made of code. */
import { writeDocuments } from './documents.ts';

writeDocuments();
