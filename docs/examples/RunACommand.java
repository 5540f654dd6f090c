import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import cloudops.execution.Approval;
import cloudops.execution.Command;
import cloudops.execution.ExecutionEngine;
import cloudops.execution.ExecutionEngines;
import cloudops.execution.ExecutionJson;
import cloudops.execution.ExecutionRequest;
import cloudops.execution.HistoryFilter;

/** Runs {@code du -s FOLDER} through the execution engine, in plain Java: no OSGi, no framework. Arguments: a home for the engine, the folder. */
public class RunACommand {

    public static void main(String[] args) throws Exception {
        try (var engine = ExecutionEngines.in(Path.of(args[0])).open()) {
            var request = ExecutionRequest.of(new Command.Exec(List.of("du", "-s", args[1]))).withTimeout(Duration.ofMinutes(1));

            // What a program does is not known to the engine, so somebody has to consent: to exactly this, once.
            System.out.println("Asks because: " + engine.verdict(request).reason());
            var approval = new Approval(engine.approvalHash(request), System.getProperty("user.name"), Instant.now());

            var id = engine.execute(request.withApproval(approval));
            var output = engine.output(id, new ExecutionEngine.OutputListener() {
                @Override
                public void line(ExecutionEngine.Stream stream, String line) {
                    System.out.println(stream + ": " + line);
                }
            });
            var result = engine.result(id);
            output.close();

            System.out.println(ExecutionJson.mapper().writerWithDefaultPrettyPrinter().writeValueAsString(result));
            System.out.println("So far in this home: " + engine.history(HistoryFilter.ALL).size());
        }
    }
}
