package dev.sallyport.provisioner.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class QuotedTest {

    @Test
    void leavesNoNameAWayOutOfItsQuotes() {
        assertThat(Quoted.postgresName("x\" TO PUBLIC; --")).isEqualTo("\"x\"\" TO PUBLIC; --\"");
        assertThat(Quoted.mysqlName("x`; --")).isEqualTo("`x``; --`");
        assertThat(Quoted.text("it's")).isEqualTo("'it''s'");
    }

    @Test
    void keepsASchemaFromBeingAPatternForOthers() {
        assertThat(Quoted.mysqlPattern("my_db%", false)).isEqualTo("my\\_db\\%");
        assertThat(Quoted.mysqlPattern("my_db%", true)).isEqualTo("my_db%");
    }

    @Test
    void refusesNul() {
        assertThatIllegalArgumentException().isThrownBy(() -> Quoted.postgresName("a\0b"));
    }
}
