package dev.sallyport.broker.identitycenter;

import org.jspecify.annotations.Nullable;

/**
 * An instance of IAM Identity Center and how we get at it.
 *
 * @param deployment tells our permission sets from those of others on the same instance
 * @param roleArn to take on for its calls; null for our own credentials
 */
record Center(
        String instanceArn,
        String identityStoreId,
        String region,
        String deployment,
        @Nullable String roleArn,
        @Nullable String externalId) {}
