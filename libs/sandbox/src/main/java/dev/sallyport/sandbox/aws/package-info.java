/**
 * AWS as far as Sallyport calls it: STS, Organizations, IAM, RDS and EC2 at one address, after their API references.
 *
 * <pre>
 * request ─▶ AwsStandIn: whose signature? (SignatureV4) which service? ─▶ StsCalls, RdsCalls, … ─▶ Cloud (state, kept in a file)
 * </pre>
 *
 * An action that is not listed here is answered as AWS answers an unknown one, never with a made-up success.
 */
@NullMarked
package dev.sallyport.sandbox.aws;

import org.jspecify.annotations.NullMarked;
