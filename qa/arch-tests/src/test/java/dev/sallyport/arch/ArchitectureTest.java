package dev.sallyport.arch;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Reads the compiled main classes of every module of the build. */
class ArchitectureTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final JavaClasses CLASSES = new ClassFileImporter().importPaths(mainClasses());

    @Test
    void everyModuleIsRead() {
        assertThat(mainClasses()).hasSizeGreaterThanOrEqualTo(15);
        assertThat(CLASSES.contain("dev.sallyport.contracts.EventType")).isTrue();
    }

    @Test
    void noServiceDependsOnAnother() {
        slices().matching("dev.sallyport.(api|provisioner|broker|notifier|proxy|cli)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void theCodecsKnowNettyBuffersAndNothingElse() {
        classes()
                .that()
                .resideInAnyPackage("dev.sallyport.pgwire..", "dev.sallyport.mywire..", "dev.sallyport.tunnel..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(
                        "java..",
                        "javax.crypto..",
                        "javax.security..",
                        "org.jspecify..",
                        "io.netty.buffer..",
                        "io.netty.util..",
                        "dev.sallyport.pgwire..",
                        "dev.sallyport.mywire..",
                        "dev.sallyport.tunnel.."))
                .check(CLASSES);
        slices().matching("dev.sallyport.(pgwire|mywire|tunnel)..")
                .should()
                .notDependOnEachOther()
                .check(CLASSES);
    }

    @Test
    void theKernelDependsOnNoOtherModule() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport.kernel..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("dev.sallyport..")
                        .and(DescribedPredicate.not(resideInAnyPackage("dev.sallyport.kernel.."))))
                .check(CLASSES);
    }

    @Test
    void nothingThatShipsDependsOnTheSandboxButSally() {
        noClasses()
                .that()
                .resideOutsideOfPackages(
                        "dev.sallyport.sandbox..",
                        "dev.sallyport.cli..",
                        "dev.sallyport.rig..",
                        "dev.sallyport.benchmarks..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.sallyport.sandbox..")
                .check(CLASSES);
    }

    @Test
    void namesAreNounsOfTheField() {
        noClasses()
                .that()
                .resideInAPackage("dev.sallyport..")
                // The stand-in of AWS's Session Manager bears its name.
                .and()
                .doNotHaveSimpleName("SessionManager")
                .should()
                .haveSimpleNameEndingWith("Manager")
                .orShould()
                .haveSimpleNameEndingWith("Helper")
                .orShould()
                .haveSimpleNameEndingWith("Util")
                .orShould()
                .haveSimpleNameEndingWith("Utils")
                .orShould()
                .haveSimpleNameEndingWith("Impl")
                .check(CLASSES);
    }

    @Test
    void everyPackageIsNullMarked() {
        classes()
                .that()
                .resideInAPackage("dev.sallyport..")
                .should(new ArchCondition<>("be in a package that is @NullMarked") {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        boolean marked = type.getPackage()
                                .getPackageInfo()
                                .isAnnotatedWith("org.jspecify.annotations.NullMarked");
                        events.add(new SimpleConditionEvent(
                                type, marked, type.getName() + " is in a package without @NullMarked"));
                    }
                })
                .check(CLASSES);
    }

    @Test
    void nobodyReadsTheClockBehindOurBack() {
        noClasses()
                .that()
                .resideInAnyPackage("dev.sallyport.api..", "dev.sallyport.broker..", "dev.sallyport.provisioner..")
                .should()
                .callMethod(java.time.Instant.class, "now")
                .check(CLASSES);
    }

    private static List<Path> mainClasses() {
        try (Stream<Path> tree = Files.find(
                ROOT, 6, (path, facts) -> facts.isDirectory() && path.endsWith(Path.of("target", "classes", "dev")))) {
            return tree.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
