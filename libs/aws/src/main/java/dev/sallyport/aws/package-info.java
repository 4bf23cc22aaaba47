/**
 * Calls to AWS for our own account and for others: who we are ({@link dev.sallyport.aws.AwsIdentitySource}), how we call
 * ({@link dev.sallyport.aws.AwsSettings}), the clients ({@link dev.sallyport.aws.AwsAccess}) and what may go wrong
 * ({@link dev.sallyport.aws.AwsException}). Start with {@link dev.sallyport.aws.StoredAwsAccess}: services use that.
 */
@NullMarked
package dev.sallyport.aws;

import org.jspecify.annotations.NullMarked;
