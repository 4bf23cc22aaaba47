/** Errors of the REST API: problem documents (RFC 9457), whoever failed. */
@NullMarked
package dev.sallyport.api.problem;

import org.jspecify.annotations.NullMarked;
