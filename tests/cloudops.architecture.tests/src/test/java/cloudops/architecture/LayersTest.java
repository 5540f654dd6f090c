package cloudops.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;

/** Keeps the layers of the architecture: a bundle uses only the API of bundles below it. */
class LayersTest {

    private static final Set<String> SERVICES = Set.of("cloudops.model", "cloudops.json", "cloudops.execution", "cloudops.aws",
            "cloudops.vectorstore", "cloudops.storage", "cloudops.backup", "cloudops.embedding", "cloudops.scanner", "cloudops.playbooks",
            "cloudops.plugins", "cloudops.agent", "cloudops.request", "cloudops.demo");

    /** What each bundle may use; a bundle that is not here fails {@link #everyBundleIsInTheTable}. */
    private static final Map<String, Set<String>> MAY_USE = new TreeMap<>(Map.ofEntries(
            Map.entry("cloudops.model", Set.of()),
            Map.entry("cloudops.json", Set.of("cloudops.model")),
            Map.entry("cloudops.execution", Set.of("cloudops.model", "cloudops.json")),
            Map.entry("cloudops.execution.websocket", Set.of("cloudops.model", "cloudops.execution")),
            Map.entry("cloudops.settings", Set.of("cloudops.model")),
            Map.entry("cloudops.aws", Set.of("cloudops.model", "cloudops.json", "cloudops.execution")),
            Map.entry("cloudops.aws.proxy", Set.of()),
            Map.entry("cloudops.iam", Set.of("cloudops.model", "cloudops.json", "cloudops.execution", "cloudops.aws")),
            Map.entry("cloudops.iam.standin", Set.of()),
            Map.entry("cloudops.embedding", Set.of("cloudops.model")),
            Map.entry("cloudops.vectorstore", Set.of("cloudops.model")),
            Map.entry("cloudops.vectorstore.lucene", Set.of("cloudops.vectorstore")),
            Map.entry("cloudops.vectorstore.qdrant", Set.of("cloudops.vectorstore")),
            Map.entry("cloudops.storage", Set.of("cloudops.model", "cloudops.json", "cloudops.execution", "cloudops.embedding",
                    "cloudops.vectorstore")),
            Map.entry("cloudops.backup", Set.of("cloudops.model", "cloudops.json", "cloudops.aws", "cloudops.storage", "cloudops.vectorstore")),
            Map.entry("cloudops.scanner", Set.of("cloudops.model", "cloudops.json", "cloudops.execution", "cloudops.aws", "cloudops.iam",
                    "cloudops.embedding", "cloudops.storage")),
            Map.entry("cloudops.scanner.bench", Set.of("cloudops.model", "cloudops.json", "cloudops.aws.proxy", "cloudops.demo", "cloudops.scanner")),
            Map.entry("cloudops.scanner.ec2", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.elb", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.iam", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.lambda", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.rds", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.s3", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.scanner.vpc", Set.of("cloudops.model", "cloudops.scanner")),
            Map.entry("cloudops.playbooks", Set.of("cloudops.model", "cloudops.json")),
            Map.entry("cloudops.plugins", Set.of("cloudops.model")),
            Map.entry("cloudops.agent", Set.of("cloudops.model", "cloudops.json", "cloudops.playbooks", "cloudops.embedding",
                    "cloudops.vectorstore")),
            Map.entry("cloudops.request", Set.of("cloudops.model", "cloudops.json", "cloudops.execution", "cloudops.aws", "cloudops.storage",
                    "cloudops.scanner", "cloudops.playbooks", "cloudops.agent")),
            Map.entry("cloudops.demo", Set.of("cloudops.model")),
            Map.entry("cloudops.cli", SERVICES),
            Map.entry("cloudops.ui", SERVICES),
            Map.entry("cloudops.ui.explorer", with(SERVICES, "cloudops.ui")),
            Map.entry("cloudops.ui.chat", with(SERVICES, "cloudops.ui")),
            Map.entry("cloudops.ui.executions", with(SERVICES, "cloudops.ui"))));

    private static final Path BUNDLES = Path.of("../../bundles");

    /** Bundle name → its classes. */
    private static final Map<String, JavaClasses> CLASSES = new TreeMap<>();
    private static JavaClasses all;

    @BeforeAll
    static void importBundles() throws IOException {
        var folders = new TreeMap<String, Path>();
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            bundles.filter(bundle -> Files.exists(bundle.resolve("META-INF/MANIFEST.MF")))
                    .filter(bundle -> Files.isDirectory(bundle.resolve("target/classes")))
                    .forEach(bundle -> folders.put(bundle.getFileName().toString(), bundle.resolve("target/classes")));
        }
        folders.forEach((bundle, folder) -> CLASSES.put(bundle, new ClassFileImporter().importPath(folder)));
        all = new ClassFileImporter().importPaths(folders.values());
        assertThat(folders).as("compiled bundles").hasSizeGreaterThanOrEqualTo(15);
    }

    @Test
    void everyBundleIsInTheTable() throws IOException {
        try (Stream<Path> bundles = Files.list(BUNDLES)) {
            var present = bundles.filter(bundle -> Files.exists(bundle.resolve("META-INF/MANIFEST.MF")))
                    .map(bundle -> bundle.getFileName().toString()).filter(name -> !name.startsWith("cloudops.lib.")).collect(Collectors.toSet());
            assertThat(MAY_USE.keySet()).containsExactlyInAnyOrderElementsOf(present);
        }
    }

    @Test
    void theTableHasNoCycle() {
        MAY_USE.forEach((bundle, used) -> assertThat(reachable(bundle)).as("what %s uses, however indirectly", bundle).doesNotContain(bundle));
    }

    @Test
    void bundlesUseOnlyWhatIsBelowThem() {
        CLASSES.forEach((bundle, classes) -> {
            var allowed = MAY_USE.get(bundle);
            classes().should().onlyDependOnClassesThat(new DescribedPredicate<JavaClass>("are in " + allowed + " or no part of ours") {
                @Override
                public boolean test(JavaClass used) {
                    var owner = owner(used);
                    return owner == null || owner.equals(bundle) || allowed.contains(owner);
                }
            }).because("architecture.md: a bundle imports only from bundles below it").check(classes);
        });
    }

    @Test
    void nobodyUsesAnothersInternals() {
        CLASSES.forEach((bundle, classes) -> noClasses().should().dependOnClassesThat(new DescribedPredicate<JavaClass>("are internal to others") {
            @Override
            public boolean test(JavaClass used) {
                var owner = owner(used);
                return owner != null && !owner.equals(bundle) && used.getPackageName().startsWith(owner + ".internal");
            }
        }).check(classes));
    }

    @Test
    void nothingBelowTheFacesKnowsAUserInterface() {
        CLASSES.forEach((bundle, classes) -> {
            if (!bundle.startsWith("cloudops.ui")) {
                noClasses().should().dependOnClassesThat().resideInAnyPackage("org.eclipse.swt..", "org.eclipse.jface..", "org.eclipse.ui..")
                        .check(classes);
            }
        });
    }

    @Test
    void theModelNeedsNothingButTheJdk() {
        classes().should().onlyDependOnClassesThat().resideInAnyPackage("java..", "cloudops.model..").check(CLASSES.get("cloudops.model"));
    }

    @Test
    void nobodyPrintsToTheProcessStreams() {
        noClasses().that().resideOutsideOfPackage("cloudops.cli..").should().accessField(System.class, "out").orShould()
                .accessField(System.class, "err").because("only the command line speaks to the terminal; others log").check(all);
    }

    private static Set<String> with(Set<String> bundles, String further) {
        return Stream.concat(bundles.stream(), Stream.of(further)).collect(Collectors.toSet());
    }

    private static Set<String> reachable(String bundle) {
        var seen = new TreeSet<String>();
        var open = new java.util.ArrayDeque<>(MAY_USE.get(bundle));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (seen.add(next)) {
                open.addAll(MAY_USE.getOrDefault(next, Set.of()));
            }
        }
        return seen;
    }

    /** The bundle a class belongs to: the longest bundle name that its package begins with; null for other people's classes. */
    private static String owner(JavaClass type) {
        var name = type.getPackageName() + ".";
        return List.copyOf(MAY_USE.keySet()).stream().filter(bundle -> name.startsWith(bundle + "."))
                .max(java.util.Comparator.comparingInt(String::length)).orElse(null);
    }
}
