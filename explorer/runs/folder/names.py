"""What the files in the folder of a run are called."""

PLAN = "plan.json"
ABOUT = "about.json"  # what the user calls it and says of it
QUEUED = "queued"  # lies there while the run waits for its turn; says its place
START = "start.safetensors"  # the weights that a fork starts from
EVENTS = "events.jsonl"
LOCK = "run.lock"  # locked as long as a process trains the run
STOP = "stop"  # laid there by whoever wants that process to stop
CHECKPOINTS, CHECKPOINT_LIST = "checkpoints", "checkpoints.json"
SNAPSHOTS = "snapshots"  # of the weights, for looking back
EVALUATIONS = "evaluations"  # answers to the test images, one file an epoch
