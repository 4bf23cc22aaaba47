package dev.sallyport.clients.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteReportTest {

    @TempDir
    Path folder;

    @Test
    void callsTestsByWhatIsTheSameInEachRun() throws IOException {
        Files.writeString(folder.resolve("TEST-junit-jupiter.xml"), """
                <testsuite name="JUnit Jupiter">
                <testcase name="reads()" classname="a.ATest"><system-out><![CDATA[
                unique-id: [engine:junit-jupiter]/[class:a.ATest]/[method:reads()]
                display-name: reads at 09:00]]></system-out></testcase>
                <testcase name="counts(int[])[2]" classname="a.ATest"><failure type="E" message="1 is not 2"/><system-out><![CDATA[
                unique-id: [engine:junit-jupiter]/[class:a.ATest]/[nested-class:In]/[test-template:counts(int[])]/[test-template-invocation:#2]
                ]]></system-out></testcase>
                <testcase name="x()" classname="a.BTest"><skipped/><system-out><![CDATA[
                unique-id: [engine:junit-jupiter]/[class-template:a.BTest]/[class-template-invocation:#1]/[method:x()]
                ]]></system-out></testcase>
                <testcase name="old" classname="a.OldTest"/>
                </testsuite>
                """);

        SuiteReport report = SuiteReport.read(folder);

        assertThat(report.endings())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "a.ATest#reads()", Ending.PASSED,
                        "a.ATest$In#counts(int[])#2", Ending.FAILED,
                        "a.BTest#1#x()", Ending.SKIPPED,
                        "a.OldTest#old", Ending.PASSED));
        assertThat(report.messages()).containsExactly(Map.entry("a.ATest$In#counts(int[])#2", "E: 1 is not 2"));
        assertThat(report.count(Ending.PASSED)).isEqualTo(2);
    }
}
