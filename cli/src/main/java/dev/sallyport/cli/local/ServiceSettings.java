package dev.sallyport.cli.local;

import dev.sallyport.kernel.AgentId;
import dev.sallyport.sandbox.aws.IdentityCenter;
import dev.sallyport.sandbox.aws.session.EcsTask;
import dev.sallyport.sandbox.chat.ChatStandIn;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import dev.sallyport.sandbox.postgres.ControlPlane;
import dev.sallyport.sandbox.standins.LocalTask;
import dev.sallyport.sandbox.tls.LocalAuthority;
import dev.sallyport.sandbox.tls.ServerCertificate;
import java.util.Map;
import java.util.TreeMap;

/** What each service is told of this machine, by the keys of ARCHITECTURE.md. */
record ServiceSettings(
        Home home,
        LocalSettings settings,
        Ports ports,
        ControlPlane controlPlane,
        String kafka,
        LocalAuthority authority) {

    Map<String, String> of(PartName service) {
        Map<String, String> values = new TreeMap<>(controlPlane.settingsFor(service.label()));
        values.put("kafka.bootstrap.servers", kafka);
        switch (service) {
            case API -> api(values);
            case PROVISIONER -> {
                sealed(values);
                vault(values);
                aws(values);
                agent(values, settings.provisioner(), "local-provisioner");
                values.put(
                        "sallyport.targets.ca-file", authority.certificateFile().toString());
            }
            case NOTIFIER -> {
                webhooks(values);
                chat(values);
            }
            case DB_PROXY -> proxy(values);
            case GRANT_BROKER -> {
                aws(values);
                identityCenter(values);
            }
            default -> {
                // What is no service of ours has no settings of this kind.
            }
        }
        return values;
    }

    /** What a service finds in its environment beside its settings: there the SDK of AWS looks for credentials of its own. */
    Map<String, String> environment(PartName service) {
        return service == PartName.GRANT_BROKER
                ? Map.of(
                        "AWS_ACCESS_KEY_ID", settings.accessKeyId(),
                        "AWS_SECRET_ACCESS_KEY", settings.secretAccessKey(),
                        "AWS_SESSION_TOKEN", "")
                : Map.of();
    }

    private static void identityCenter(Map<String, String> values) {
        values.put("sallyport.identity-center.instance-arn", IdentityCenter.INSTANCE_ARN);
        values.put("sallyport.identity-center.identity-store-id", IdentityCenter.STORE_ID);
        values.put("sallyport.identity-center.region", IdentityCenter.REGION);
        values.put("sallyport.identity-center.deployment", "local");
        values.put("sallyport.identity-center.session-role-name", "OrganizationAccountAccessRole");
    }

    private void api(Map<String, String> values) {
        sealed(values);
        aws(values);
        values.put("sallyport.access.ca-file", authority.certificateFile().toString());
        values.put(
                "sallyport.access.tunnel.key-file",
                TunnelKeys.of(home).signing().toString());
        values.put("sallyport.access.tunnel.start-url", IdentityCenter.START_URL);
        values.put("sallyport.access.tunnel.sso-region", IdentityCenter.REGION);
        values.put("quarkus.oidc.auth-server-url", LocalIssuer.urlAt(ports.of(Ports.ISSUER)));
    }

    private void webhooks(Map<String, String> values) {
        values.put("sallyport.webhooks.url", "http://127.0.0.1:" + ports.of(Ports.WEBHOOKS) + "/webhook");
        values.put("sallyport.webhooks.secret", settings.webhookSecret());
        values.put("sallyport.webhooks.allow-private-addresses", "true");
        values.put(
                "sallyport.webhooks.keyset-file",
                home.folder("keys").resolve("webhooks.json").toString());
        values.put("quarkus.oidc.auth-server-url", LocalIssuer.urlAt(ports.of(Ports.ISSUER)));
    }

    private void chat(Map<String, String> values) {
        values.put(
                "sallyport.chat.url",
                ChatStandIn.webhookAt(ports.of(Ports.CHAT), StandInsProcess.chatToken(home))
                        .reveal());
        values.put("sallyport.chat.console-url", "http://localhost:" + ports.of(PartName.API) + "/console");
    }

    private void proxy(Map<String, String> values) {
        sealed(values);
        aws(values);
        vault(values);
        agent(values, settings.proxy(), "local-proxy");
        ServerCertificate certificate = authority.issue("db-proxy");
        values.put("sallyport.targets.ca-file", authority.certificateFile().toString());
        values.put("sallyport.proxy.postgres.port", Integer.toString(ports.of(Ports.PROXY_POSTGRES)));
        values.put("sallyport.proxy.mysql.port", Integer.toString(ports.of(Ports.PROXY_MYSQL)));
        values.put("sallyport.proxy.tunnel.port", Integer.toString(ports.of(Ports.PROXY_TUNNEL)));
        values.put("sallyport.proxy.tunnel.plain-port", Integer.toString(ports.of(Ports.PROXY_TUNNEL_PLAIN)));
        values.put(
                "sallyport.proxy.tunnel.token-key-file",
                TunnelKeys.of(home).verifying().toString());
        task(values);
        values.put("sallyport.proxy.advertised-host", "localhost");
        values.put("sallyport.proxy.tls.certificate", certificate.certificate().toString());
        values.put("sallyport.proxy.tls.key", certificate.key().toString());
        values.put(
                "sallyport.proxy.journal.directory", home.folder("data/journal").toString());
    }

    /** So that the API can say how it is reached through Session Manager, whose stand-in knows the same task. */
    private static void task(Map<String, String> values) {
        EcsTask task = LocalTask.in(Stack.PROXY_ACCOUNT);
        values.put("sallyport.proxy.task.account-id", task.accountId());
        values.put("sallyport.proxy.task.region", task.region());
        values.put("sallyport.proxy.task.cluster", task.cluster());
        values.put("sallyport.proxy.task.task-id", task.taskId());
        values.put("sallyport.proxy.task.runtime-id", task.runtimeId());
    }

    private void sealed(Map<String, String> values) {
        values.put(
                "sallyport.secrets.keyset-file",
                home.folder("keys").resolve("keyset.json").toString());
    }

    private void vault(Map<String, String> values) {
        values.put("sallyport.vault.address", "http://127.0.0.1:" + ports.of(Ports.VAULT));
        values.put(
                "sallyport.vault.token-file",
                StandInsProcess.vaultTokenFile(home).toString());
    }

    private void aws(Map<String, String> values) {
        values.put("sallyport.aws.endpoint-override", "http://127.0.0.1:" + ports.of(PartName.STAND_INS));
    }

    private static void agent(Map<String, String> values, AgentId id, String name) {
        values.put("sallyport.agent.id", id.value());
        values.put("sallyport.agent.name", name);
        values.put("sallyport.agent.network", "this machine");
    }
}
