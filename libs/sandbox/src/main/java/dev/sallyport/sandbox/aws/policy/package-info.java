/**
 * IAM's policies, as far as they are needed to see what a policy lets somebody do: identity-based policies with actions,
 * resources, conditions and policy variables (IAM User Guide, "Policy evaluation logic" and "JSON policy element reference").
 * What is not understood is an error, never a yes.
 */
@NullMarked
package dev.sallyport.sandbox.aws.policy;

import org.jspecify.annotations.NullMarked;
