package dev.sallyport.proxy.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sallyport.kernel.Engine;
import dev.sallyport.mywire.Capabilities;
import dev.sallyport.mywire.Greeting;
import dev.sallyport.proxy.grants.TargetAddress;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialectsTest {

    private static final TargetAddress OLD = new TargetAddress(Engine.MYSQL, "old", 3306);
    private static final TargetAddress NEW = new TargetAddress(Engine.MYSQL, "new", 3306);
    private static final TargetAddress MARIA = new TargetAddress(Engine.MARIADB, "maria", 3306);
    private static final TargetAddress POSTGRES = new TargetAddress(Engine.POSTGRES, "pg", 5432);

    private final Dialects dialects = new Dialects(Optional.empty());

    private static Greeting greeting(String version, int capabilities) {
        return new Greeting(version, 7, Greeting.newNonce(), capabilities, 8, 2, "mysql_native_password");
    }

    private void met(TargetAddress target, String version) {
        dialects.met(target, greeting(version, Capabilities.offered()));
    }

    @Test
    void theFamilyIsKnownBeforeATargetIsMet() {
        assertThat(dialects.forClientOf(Set.of())).isEqualTo(Dialects.Dialect.MYSQL);
        assertThat(dialects.forClientOf(Set.of(OLD, POSTGRES))).isEqualTo(Dialects.Dialect.MYSQL);
        assertThat(dialects.forClientOf(Set.of(MARIA, POSTGRES))).isEqualTo(Dialects.Dialect.MARIADB);
        assertThat(dialects.forClientOf(Set.of(MARIA, OLD))).isEqualTo(Dialects.Dialect.MYSQL);
    }

    @ParameterizedTest
    @CsvSource({"5.7.44, 8.0.31", "8.0.9-log, 8.0.31", "8.0.36, 8.4.3", "8.4.3, 9.1.0"})
    void theOldestVersionIsSaidWordForWord(String older, String newer) {
        met(NEW, newer);
        met(OLD, older);
        assertThat(dialects.forClientOf(Set.of(OLD, NEW)).version()).isEqualTo(older);
        assertThat(dialects.forClientOf(Set.of(NEW)).version()).isEqualTo(newer);
        assertThat(dialects.forClientOf(Set.of(NEW)).collation()).isEqualTo(8);
    }

    @Test
    void mariadbsPrefixIsNoVersion() {
        TargetAddress other = new TargetAddress(Engine.MARIADB, "other", 3306);
        met(MARIA, "11.4.5-MariaDB");
        met(other, "5.5.5-10.6.20-MariaDB-log");
        assertThat(dialects.forClientOf(Set.of(MARIA, other)).version()).isEqualTo("5.5.5-10.6.20-MariaDB-log");
    }

    @Test
    void eachFamilyIsProvedToAsItsClientsKnow() {
        met(OLD, "8.4.3");
        assertThat(dialects.forClientOf(Set.of(OLD)).plugin()).isEqualTo("caching_sha2_password");
        assertThat(dialects.forClientOf(Set.of(MARIA)).plugin()).isEqualTo("mysql_native_password");
        assertThat(new Dialects(Optional.of("11.4.5-MariaDB"))
                        .forClientOf(Set.of(OLD))
                        .plugin())
                .isEqualTo("mysql_native_password");
    }

    @Test
    void aTargetWithoutALiveGrantDecidesNothing() {
        met(OLD, "5.7.44");
        assertThat(dialects.forClientOf(Set.of(NEW))).isEqualTo(Dialects.Dialect.MYSQL);
    }

    @Test
    void whatATargetLacksIsNotOffered() {
        dialects.met(OLD, greeting("5.6.51", Capabilities.offered() & ~Capabilities.DEPRECATE_EOF));
        int offered = dialects.forClientOf(Set.of(OLD, NEW)).capabilities();
        assertThat(offered).isEqualTo(Capabilities.offeredUnmet() & ~Capabilities.DEPRECATE_EOF);
    }

    @Test
    void whatOnlySomeServersHaveIsOfferedOnceEveryTargetIsKnownToHaveIt() {
        met(NEW, "8.0.31");
        assertThat(dialects.forClientOf(Set.of(NEW)).capabilities() & Capabilities.QUERY_ATTRIBUTES)
                .isNotZero();
        assertThat(dialects.forClientOf(Set.of(NEW, OLD)).capabilities() & Capabilities.QUERY_ATTRIBUTES)
                .isZero();
        dialects.met(OLD, greeting("5.7.44", Capabilities.offered() & ~Capabilities.QUERY_ATTRIBUTES));
        assertThat(dialects.forClientOf(Set.of(NEW, OLD)).capabilities() & Capabilities.QUERY_ATTRIBUTES)
                .isZero();
    }

    @Test
    void theConfiguredVersionIsSaidToAll() {
        Dialects fixed = new Dialects(Optional.of("8.0.99"));
        fixed.met(OLD, greeting("5.7.44", Capabilities.offered()));
        assertThat(fixed.forClientOf(Set.of(OLD)).version()).isEqualTo("8.0.99");
    }

    @Test
    void aVersionThatIsNoNumberDoesNoHarm() {
        met(OLD, "");
        met(NEW, "99999999999999999999.x");
        assertThat(dialects.forClientOf(Set.of(OLD, NEW)).version()).isEmpty();
    }

    @Test
    void noMoreAreRememberedThanTheLimit() {
        for (int i = 0; i <= Dialects.MAX_REMEMBERED; i++) {
            met(new TargetAddress(Engine.MYSQL, "host-" + i, 3306), "8.4.0");
        }
        TargetAddress last = new TargetAddress(Engine.MYSQL, "host-" + Dialects.MAX_REMEMBERED, 3306);
        TargetAddress within = new TargetAddress(Engine.MYSQL, "host-" + (Dialects.MAX_REMEMBERED - 1), 3306);
        assertThat(dialects.forClientOf(Set.of(within)).version()).isEqualTo("8.4.0");
        assertThat(dialects.forClientOf(Set.of(last))).isEqualTo(Dialects.Dialect.MYSQL);
    }
}
