package dev.sallyport.cli.login;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sallyport.cli.CommandFailure;
import dev.sallyport.cli.ExitCode;
import dev.sallyport.kernel.Secret;
import dev.sallyport.sandbox.oidc.LocalIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tokens are kept privately and renewed silently, whoever else does so at the same time. */
class LoggedInTest {

    private static final String API = "https://sallyport.example.com";
    private static final Client SALLY = new Client("sallyport-cli", "openid offline_access", null);

    @TempDir
    private Path folder;

    private @SuppressWarnings("NullAway.Init") LocalIssuer issuer;
    private @SuppressWarnings("NullAway.Init") Login login;

    @BeforeEach
    void start() {
        issuer = new LocalIssuer(folder.resolve("issuer"), 0, Duration.ofHours(1), Clock.systemUTC());
        login = new Login(API, issuer.issuerUrl(), "sallyport-cli", "engineer");
    }

    @AfterEach
    void stop() {
        issuer.close();
    }

    @Test
    void aTokenThatIsGoodIsUsedAsItIsAlsoWhenTheIssuerIsAway() {
        Logins logins = logins(Optional.empty());
        Tokens tokens = tokens();
        logins.keep(login, tokens);
        issuer.close();

        assertThat(new LoggedIn(logins, login, Clock.systemUTC()).get()).isEqualTo(tokens.access());
    }

    @Test
    void aTokenThatIsNearlyOverIsRenewedAndTheNewOneKept() {
        Logins logins = logins(Optional.empty());
        Tokens before = tokens();
        logins.keep(login, over(before));

        Secret renewed = new LoggedIn(logins, login, Clock.systemUTC()).get();

        assertThat(renewed).isNotEqualTo(before.access());
        assertThat(logins.tokens(API).orElseThrow().access()).isEqualTo(renewed);
        assertThat(logins.tokens(API).orElseThrow().refresh()).isPresent().isNotEqualTo(before.refresh());
    }

    @Test
    void commandsAtTheSameTimeUseARefreshTokenOnce() {
        Logins logins = logins(Optional.empty());
        logins.keep(login, over(tokens()));

        List<CompletableFuture<Secret>> all = IntStream.range(0, 6)
                .mapToObj(number ->
                        CompletableFuture.supplyAsync(() -> new LoggedIn(logins, login, Clock.systemUTC()).get()))
                .toList();

        assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
    }

    @Test
    void aLoginThatTheIssuerEndedSaysToLogInAgain() {
        Logins logins = logins(Optional.empty());
        Tokens tokens = tokens();
        logins.keep(login, over(tokens));
        Issuer.post(
                Issuer.at(issuer.issuerUrl()).endpoint("revocation_endpoint", ""),
                Map.of("token", tokens.refresh().orElseThrow().reveal(), "client_id", "sallyport-cli"));

        assertThatThrownBy(() -> new LoggedIn(logins, login, Clock.systemUTC()).get())
                .isInstanceOf(CommandFailure.class)
                .hasMessageContaining("is over (invalid_grant")
                .hasMessageEndingWith("`sally login`")
                .satisfies(failure ->
                        assertThat(((CommandFailure) failure).exitCode()).isEqualTo(ExitCode.LOGIN_NEEDED));
    }

    @Test
    void withoutAKeyringTokensAreInAFileOfTheirOwnerOnly() throws IOException {
        Logins logins = logins(Optional.empty());

        assertThat(logins.keep(login, tokens())).isFalse();

        Path config = folder.resolve("config");
        assertThat(mode(config.resolve("tokens.json"))).isEqualTo("rw-------");
        assertThat(mode(config.resolve("login.json"))).isEqualTo("rw-------");
        assertThat(mode(config)).isEqualTo("rwx------");
        assertThat(Files.readString(config.resolve("login.json"))).doesNotContain("token");
    }

    @Test
    void theKeyringHasTheTokensAndNoFileHas() throws IOException {
        Logins logins = logins(Optional.of(keyring("keyring", true)));
        Tokens tokens = tokens();

        assertThat(logins.keep(login, tokens)).isTrue();

        assertThat(folder.resolve("config/tokens.json")).doesNotExist();
        assertThat(logins.tokens(API).orElseThrow().access()).isEqualTo(tokens.access());
        assertThat(Files.readString(folder.resolve("arguments")))
                .contains("store --label=Sallyport: " + API)
                .doesNotContain(tokens.access().reveal());
        logins.forget(API);
        assertThat(logins.tokens(API)).isEmpty();
        assertThat(logins.current()).isEmpty();
    }

    @Test
    void aKeyringThatDoesNotWorkIsAsGoodAsNone() throws IOException {
        Logins logins = logins(Optional.of(keyring("broken", false)));
        Tokens tokens = tokens();

        assertThat(logins.keep(login, tokens)).isFalse();

        assertThat(logins.tokens(API).orElseThrow().access()).isEqualTo(tokens.access());
    }

    @Test
    void tokensThatAreDamagedOrGoneSayToLogInAgain() throws IOException {
        Logins logins = logins(Optional.empty());
        logins.keep(login, tokens());
        Files.writeString(folder.resolve("config/tokens.json"), "{");

        assertThatThrownBy(() -> new LoggedIn(logins, login, Clock.systemUTC()).get())
                .hasMessage("the tokens of your login are gone: `sally login`");
    }

    private Logins logins(Optional<Keyring> keyring) {
        return new Logins(folder.resolve("config"), keyring);
    }

    private Tokens tokens() {
        return Tokens.of(
                new BrowserFlow(Issuer.at(issuer.issuerUrl()), SALLY, new Person(issuer, folder.resolve("issuer")))
                        .tokens(),
                Instant.now(),
                Optional.empty());
    }

    private static Tokens over(Tokens tokens) {
        return new Tokens(tokens.access(), Instant.now().plusSeconds(30), tokens.refresh());
    }

    /** A program that is called as {@code secret-tool} is; it notes what it was called with. */
    private Keyring keyring(String name, boolean works) throws IOException {
        Path program = folder.resolve(name);
        Files.writeString(program, """
                #!/bin/sh
                echo "$@" >> %1$s/arguments
                %2$s
                case $1 in
                  store) cat > %1$s/item ;;
                  lookup) [ -f %1$s/item ] && cat %1$s/item ;;
                  clear) rm -f %1$s/item ;;
                esac
                """.formatted(folder, works ? "" : "exit 1"));
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new Keyring.SecretService(program.toString());
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }
}
