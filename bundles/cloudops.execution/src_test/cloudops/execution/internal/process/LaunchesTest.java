package cloudops.execution.internal.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import cloudops.execution.Command;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.internal.approval.ApprovalHash;
import cloudops.execution.spi.ProfileVariables;
import cloudops.model.Environment;

class LaunchesTest {

    @TempDir
    private Path temporary;
    private Path folder;

    @BeforeEach
    void makePrograms() throws IOException {
        folder = temporary.toRealPath();
        Files.createDirectories(folder.resolve("real/sub"));
        Files.createDirectories(folder.resolve("a"));
        Files.createSymbolicLink(folder.resolve("a/link"), folder.resolve("real/sub"));
        program("real/prog");
        program("a/prog");
    }

    private void program(String name) throws IOException {
        assertThat(Files.writeString(folder.resolve(name), "#!/bin/sh\n").toFile().setExecutable(true)).isTrue();
    }

    private Launch launch(Charset charset, ExecutionRequest request) {
        var environment = new Environment(folder, folder.resolve("config"), folder.resolve("credentials"), Optional.empty(), false, false);
        return new Launches(environment, Map.of("PATH", "/usr/bin:/bin"), new Profiles(ProfileVariables.NONE), charset).of(request);
    }

    private static ExecutionRequest exec(String... argv) {
        return ExecutionRequest.of(new Command.Exec(List.of(argv)));
    }

    @Test
    void doesNotTakeAnotherProgramThanTheSystemWould() {
        var name = folder + "/a/link/../prog"; // to the system, that is in the folder above the one that the link leads to
        var launch = launch(StandardCharsets.UTF_8, exec(name));

        assertThat(launch.problem()).isNull();
        assertThat(launch.argv()).containsExactly(name);
        assertThat(launch.program()).isEqualTo(folder.resolve("real/prog"));
    }

    @Test
    void consentIsToTheFileBehindALink() throws Exception {
        var link = Files.createSymbolicLink(folder.resolve("tool"), folder.resolve("real/prog"));
        var before = hash(exec(link.toString()));
        assertThat(hash(exec(link.toString()))).isEqualTo(before);
        Files.delete(link);
        Files.createSymbolicLink(link, folder.resolve("a/prog"));

        assertThat(hash(exec(link.toString()))).isNotEqualTo(before);
    }

    private String hash(ExecutionRequest request) {
        return ApprovalHash.of(request, launch(StandardCharsets.UTF_8, request), Optional.empty());
    }

    @Test
    void refusesWhatTheCharacterSetHasNot() {
        assertThat(launch(StandardCharsets.US_ASCII, exec("printenv", "J\u00f6rg")).problem()).startsWith("argument 1 cannot be passed")
                .contains("US-ASCII").contains("try: LC_ALL=C.UTF-8").doesNotContain("J\u00f6rg");
        var request = exec("printenv").withEnv(Map.of("FIRST", "plain", "SECRET", "J\u00f6rg"));
        assertThat(launch(StandardCharsets.US_ASCII, request).problem()).startsWith("variable SECRET cannot be passed")
                .doesNotContain("J\u00f6rg");
        assertThat(launch(StandardCharsets.UTF_8, request).problem()).isNull();
    }
}
