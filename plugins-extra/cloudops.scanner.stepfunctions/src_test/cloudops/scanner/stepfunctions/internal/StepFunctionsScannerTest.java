package cloudops.scanner.stepfunctions.internal;

import org.junit.jupiter.api.Test;

import cloudops.scanner.contract.ScannerContract;

class StepFunctionsScannerTest extends ScannerContract {

    StepFunctionsScannerTest() {
        super(new StepFunctionsScanner());
    }

    @Test
    void stateMachineIsDeletedByWhoeverMay() throws Exception {
        var machine = "{'name':'x','stateMachineArn':'arn:aws:x','type':'EXPRESS'}";

        assertDeletable(judged("stepfunctions_state_machine", machine, "states:DeleteStateMachine"), true, null);
        assertDeletable(judged("stepfunctions_state_machine", machine), null, "permission not known: states:DeleteStateMachine");
    }
}
