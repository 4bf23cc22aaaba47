/**
 * AWS as far as Sallyport calls it: STS, Organizations, IAM, RDS, EC2, Secrets Manager and IAM Identity Center at one address,
 * after their API references.
 *
 * <pre>
 * request ─▶ AwsStandIn: whose signature? (SignatureV4, Identities) does it go wrong? (Faults) which service?
 *                ─▶ StsCalls, RdsCalls, … ─▶ Cloud (state, kept in a file)
 * </pre>
 *
 * {@link dev.sallyport.sandbox.aws.InstanceMetadata} is where a machine learns the credentials of its role.
 *
 * An action that is not listed here is answered as AWS answers an unknown one, never with a made-up success.
 */
@NullMarked
package dev.sallyport.sandbox.aws;

import org.jspecify.annotations.NullMarked;
