package dev.sallyport.sandbox.standins;

import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.aws.Account;
import dev.sallyport.sandbox.aws.AwsStandIn;
import dev.sallyport.sandbox.aws.Cloud;
import dev.sallyport.sandbox.aws.DbInstance;
import dev.sallyport.sandbox.chat.ChatStandIn;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import dev.sallyport.sandbox.oidc.LocalUser;
import dev.sallyport.sandbox.process.CannotStart;
import dev.sallyport.sandbox.standins.StandInsSettings.TargetSettings;
import dev.sallyport.sandbox.targets.MasterPassword;
import dev.sallyport.sandbox.vault.VaultStandIn;
import dev.sallyport.sandbox.webhook.WebhookReceiver;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** AWS, the OIDC issuer, Vault, the webhook receiver and a chat in one small process, until SIGTERM. */
public final class StandIns implements AutoCloseable {

    private final AwsStandIn aws;
    private final LocalIssuer issuer;
    private final WebhookReceiver webhooks;
    private final VaultStandIn vault;
    private final ChatStandIn chat;

    /** Starts all five. */
    public StandIns(StandInsSettings settings) {
        Path folder = Path.of(settings.folder());
        this.aws = new AwsStandIn(settings.awsPort(), cloud(folder, settings));
        this.issuer = new LocalIssuer(folder.resolve("issuer"), settings.issuerPort());
        this.vault = vault(folder, settings);
        this.webhooks = new WebhookReceiver(settings.webhookPort(), Secret.of(settings.webhookSecret()));
        this.chat = new ChatStandIn(settings.chatPort(), Secret.of(settings.chatToken()));
    }

    /** @param args the path of the settings file */
    public static void main(String[] args) throws InterruptedException {
        if (args.length != 1) {
            System.err.println("usage: StandIns <settings.json>");
            System.exit(2);
        }
        try {
            StandIns started = new StandIns(StandInsSettings.read(Path.of(args[0])));
            Runtime.getRuntime().addShutdownHook(new Thread(started::close));
            System.out.println("ready: AWS " + started.aws.endpoint() + ", issuer " + started.issuer.issuerUrl()
                    + ", Vault " + started.vault.address() + ", webhooks " + started.webhooks.url());
            Thread.currentThread().join();
        } catch (CannotStart e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    public AwsStandIn aws() {
        return aws;
    }

    public LocalIssuer issuer() {
        return issuer;
    }

    public VaultStandIn vault() {
        return vault;
    }

    public WebhookReceiver webhooks() {
        return webhooks;
    }

    public ChatStandIn chat() {
        return chat;
    }

    @Override
    public void close() {
        aws.close();
        issuer.close();
        vault.close();
        webhooks.close();
        chat.close();
    }

    /** With a KV engine of version 2 at {@code dbsecrets}, as docs/guides/vault.md sets one up. */
    private static VaultStandIn vault(Path folder, StandInsSettings settings) {
        VaultStandIn vault = new VaultStandIn(
                folder.resolve("vault"), settings.vaultPort(), Optional.empty(), InstantSource.system());
        vault.mount("dbsecrets", 2, false);
        vault.policy("sallyport", "dbsecrets/data/*", "create", "read", "update");
        vault.policy("sallyport", "dbsecrets/metadata/*", "delete");
        vault.admit(Secret.of(settings.vaultToken()), "sallyport");
        return vault;
    }

    private static Cloud cloud(Path folder, StandInsSettings settings) {
        List<Account> accounts = settings.accounts().stream()
                .map(account -> new Account(account.id(), account.name(), account.email()))
                .toList();
        Cloud cloud = new Cloud(folder, accounts.getFirst(), accounts.subList(1, accounts.size()));
        cloud.addAccessKey(settings.accessKeyId(), Secret.of(settings.secretAccessKey()), "sallyport");
        for (LocalUser user : LocalUser.values()) {
            cloud.identityCenter().addUser(user.login(), user.login(), user.email());
        }
        settings.targets().forEach(target -> cloud.addInstance(instance(target)));
        cloud.sessionManager().addTask(LocalTask.in(accounts.getLast().id()));
        cloud.resume();
        return cloud;
    }

    private static DbInstance instance(TargetSettings target) {
        return new DbInstance(
                target.arn(),
                target.engine().label(),
                target.engineVersion(),
                target.host(),
                target.port(),
                target.masterUser(),
                target.dbName(),
                target.tags(),
                new MasterPassword(
                        target.engine(),
                        "127.0.0.1",
                        target.port(),
                        target.superuser(),
                        Secret.of(target.superuserPassword())));
    }
}
