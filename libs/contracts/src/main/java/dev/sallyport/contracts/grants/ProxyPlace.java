package dev.sallyport.contracts.grants;

/**
 * A deployment of db-proxies in ECS, as far as people's way to it must be arranged in AWS.
 *
 * @param proxyId the deployment's id, which its proxies are configured with
 * @param accountId the AWS account that it runs in
 * @param cluster the name of the ECS cluster
 */
public record ProxyPlace(String proxyId, String accountId, String region, String cluster) {}
