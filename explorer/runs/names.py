"""What the files in the folder of a run are called."""

PLAN = "plan.json"
EVENTS = "events.jsonl"
LOCK = "run.lock"  # locked as long as a process trains the run
STOP = "stop"  # laid there by whoever wants that process to stop
CHECKPOINTS, CHECKPOINT_LIST = "checkpoints", "checkpoints.json"
SNAPSHOTS = "snapshots"  # of the weights, for looking back
EVALUATIONS = "evaluations"  # answers to the test images, one file an epoch
