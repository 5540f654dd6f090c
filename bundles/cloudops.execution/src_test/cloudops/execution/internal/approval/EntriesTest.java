package cloudops.execution.internal.approval;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionPlan;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.Engine;
import cloudops.execution.internal.EngineFixture;

class EntriesTest {

    /** They take requests and run nothing. */
    private static final Set<String> LOOK_ON = Set.of("verdict(Command)", "verdict(ExecutionRequest)", "verdict(ExecutionPlan)",
            "approvalHash(ExecutionRequest)", "approvalHash(ExecutionPlan)", "problems(ExecutionPlan)");
    private static final Set<Class<?>> RUNNABLE = Set.of(Command.class, ExecutionRequest.class, ExecutionPlan.class);

    @TempDir
    private Path home;

    @Test
    void knowsEveryMethodThatTakesSomethingToRun() {
        var found = Stream.of(ExecutionEngine.class.getMethods(), Engine.class.getMethods()).flatMap(Arrays::stream)
                .filter(method -> Arrays.stream(method.getParameterTypes()).anyMatch(RUNNABLE::contains))
                .map(EntriesTest::signature).collect(Collectors.toCollection(TreeSet::new));
        var entries = Arrays.stream(Entry.values()).map(entry -> entry.method).collect(Collectors.toSet());

        found.removeAll(LOOK_ON);
        assertThat(found).as("a new method needs an Entry that tries it without consent")
                .allMatch(signature -> entries.contains(signature.substring(0, signature.indexOf('('))))
                .hasSize(entries.size());
    }

    @ParameterizedTest
    @EnumSource(Entry.class)
    void noneRunsWhatNobodyApproved(Entry entry) throws Exception {
        var mark = home.resolve("mark");
        var request = EngineFixture.exec("touch", mark.toString());
        try (var fixture = new EngineFixture(home.resolve("home"))) {
            assertThat(entry.refuses(fixture, request)).isTrue();
            assertThat(mark).doesNotExist();
            fixture.run(request);
            assertThat(mark).exists();
        }
    }

    @Test
    void lookingRunsNothing() throws Exception {
        var mark = home.resolve("mark");
        var request = EngineFixture.exec("touch", mark.toString());
        try (var fixture = new EngineFixture(home.resolve("home"))) {
            for (var method : ExecutionEngine.class.getMethods()) {
                if (LOOK_ON.contains(signature(method))) {
                    var type = method.getParameterTypes()[0];
                    method.invoke(fixture.engine, List.of(request, request.command(), Entry.plan(request)).stream().filter(type::isInstance)
                            .findFirst().orElseThrow());
                }
            }
            assertThat(Files.exists(mark)).isFalse();
        }
    }

    private static String signature(Method method) {
        return method.getName() + Arrays.stream(method.getParameterTypes()).filter(RUNNABLE::contains).map(Class::getSimpleName)
                .collect(Collectors.joining(",", "(", ")"));
    }
}
