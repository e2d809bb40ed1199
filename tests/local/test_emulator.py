"""Life cycle of the server: one for each folder, stable addresses, no data lost by `kill -9`."""

import io
import json
import os
import socket
import sys
import threading
import urllib.error
import urllib.request
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from platform_cli.local.addresses import AddressRegistration
from platform_cli.local.cloud import EmbeddedCloud
from platform_cli.local.emulator.client import make_authorization
from tests.local.ground import (
    AwsClients,
    create_function,
    create_table,
    kill_server,
    running_cloud,
    scan_ids,
    wait_for,
)

pytestmark = pytest.mark.local


COPY_KEYS = """
import boto3
store = boto3.client("dynamodb")
def handler(event, context):
    print("copying")
    for record in event["Records"]:
        store.put_item(TableName="copies", Item=record["dynamodb"]["Keys"])
"""


def test_concurrent_starts_start_one_server(tmp_path: Path) -> None:
    cloud = EmbeddedCloud(tmp_path)
    pids: list[int] = []
    starts = [
        threading.Thread(target=lambda: pids.append(EmbeddedCloud(tmp_path).ensure_running().pid))
        for _ in range(3)
    ]
    try:
        for start in starts:
            start.start()
        for start in starts:
            start.join()
        assert len(pids) == 3
        assert set(pids) == {cloud.ensure_running().pid}
    finally:
        cloud.stop()


def test_start_stop_and_reset_can_be_repeated(tmp_path: Path) -> None:
    cloud = EmbeddedCloud(tmp_path / "state")
    assert not cloud.status().running
    assert not cloud.stop()
    cloud.stop_and_delete_all_state()
    with running_cloud(tmp_path / "state") as (_, aws):
        first = cloud.ensure_running()
        assert cloud.ensure_running() == first
        aws("s3").create_bucket(Bucket="kept")
        assert cloud.stop()
        assert not cloud.stop()
        assert cloud.ensure_running().aws_endpoint == first.aws_endpoint
        assert [b["Name"] for b in aws("s3").list_buckets()["Buckets"]] == ["kept"]
        cloud.stop_and_delete_all_state()
        cloud.stop_and_delete_all_state()
        assert not cloud.status().running
        assert {entry.name for entry in cloud.state_dir.iterdir()} == {"start.lock"}


def test_a_port_in_use_is_replaced_by_another(tmp_path: Path) -> None:
    facts = {"site_bucket": "none", "pointer_store_arn": "", "api_id": ""}
    with running_cloud(tmp_path) as (cloud, _):
        before = cloud.ensure_running()
        site = cloud.register(AddressRegistration("acme", "prod", **facts))
        cloud.stop()
        urls = (before.aws_endpoint, site.site_url)
        with socket.socket() as one, socket.socket() as two:
            for taken, url in zip((one, two), urls, strict=True):
                taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                taken.bind(("127.0.0.1", int(url.rpartition(":")[2])))
                taken.listen()
            after = cloud.ensure_running()
            clients = cloud.status().clients or {}
            assert after.aws_endpoint != before.aws_endpoint
            assert clients["acme/prod"].site_url != site.site_url


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have one loopback address")
def test_ports_listen_on_one_loopback_address_only(cloud: EmbeddedCloud) -> None:
    addresses = cloud.ensure_running()
    facts = {"site_bucket": "none", "pointer_store_arn": "", "api_id": ""}
    site = cloud.register(AddressRegistration("loop", "prod", **facts))
    for url in (addresses.aws_endpoint, site.site_url, site.content_api_url):
        port = int(url.rpartition(":")[2])
        for host, reached in (("127.0.0.1", True), ("127.0.0.2", False)):
            with socket.socket() as caller:
                assert (caller.connect_ex((host, port)) == 0) == reached
    cloud.forget("loop", "prod")


def test_a_kill_during_writes_loses_no_acknowledged_write(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        create_table(aws, "rows")
        aws("s3").create_bucket(Bucket="objects")
        cloud.snapshot()
        acknowledged: list[str] = []

        def write(writer: int) -> None:
            for turn in range(10_000):
                name = f"{writer}-{turn}"
                try:
                    aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": name}})
                    aws("dynamodb").update_item(
                        TableName="rows",
                        Key={"id": {"S": "count"}},
                        UpdateExpression="ADD n :one",
                        ExpressionAttributeValues={":one": {"N": "1"}},
                    )
                    aws("s3").put_object(Bucket="objects", Key=name, Body=name.encode())
                except (BotoCoreError, ClientError):
                    return
                acknowledged.append(name)

        writers = [threading.Thread(target=write, args=(number,)) for number in range(3)]
        for writer in writers:
            writer.start()
        wait_for(lambda: len(acknowledged) > 60)
        kill_server(cloud)
        for writer in writers:
            writer.join()
        cloud.ensure_running()

        assert set(acknowledged) <= scan_ids(aws, "rows")
        count = aws("dynamodb").get_item(TableName="rows", Key={"id": {"S": "count"}})["Item"]
        assert len(acknowledged) <= int(count["n"]["N"]) <= len(acknowledged) + len(writers)
        for name in acknowledged:
            body = aws("s3").get_object(Bucket="objects", Key=name)["Body"].read()
            assert body == name.encode()


def test_secrets_pointers_and_rules_survive_a_kill(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        store = aws("cloudfront").create_key_value_store(Name="pointers")["KeyValueStore"]["ARN"]
        cloud.snapshot()
        aws("ssm").put_parameter(Name="/a/secret", Value="s3cret", Type="SecureString")
        pointers = aws("cloudfront-keyvaluestore")
        for release in ("one", "two", "three"):
            tag = pointers.describe_key_value_store(KvsARN=store)["ETag"]
            pointers.put_key(KvsARN=store, Key="live", Value=release, IfMatch=tag)
        put_rules(pointers, store, Puts=[{"Key": "a/old", "Value": "301 /new"}])
        put_rules(pointers, store, Puts=[{"Key": "b/caf%C3%A9", "Value": "="}])
        put_rules(pointers, store, Deletes=[{"Key": "a/old"}])
        kill_server(cloud)
        cloud.ensure_running()
        secret = aws("ssm").get_parameter(Name="/a/secret", WithDecryption=True)["Parameter"]
        assert (secret["Type"], secret["Value"]) == ("SecureString", "s3cret")
        items = pointers.list_keys(KvsARN=store)["Items"]
        assert {item["Key"]: item["Value"] for item in items} == {
            "live": "three",
            "b/caf%C3%A9": "=",
        }


def put_rules(pointers: Any, store: str, **batch: Any) -> None:
    tag = pointers.describe_key_value_store(KvsARN=store)["ETag"]
    pointers.update_keys(KvsARN=store, IfMatch=tag, **batch)


def test_stream_triggers_work_after_a_restart(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        view = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
        create_table(aws, "rows", StreamSpecification=view)
        create_table(aws, "copies")
        arn = create_function(aws, "copy", COPY_KEYS)
        stream = aws("dynamodb").describe_table(TableName="rows")["Table"]["LatestStreamArn"]
        aws("lambda").create_event_source_mapping(
            FunctionName=arn, EventSourceArn=stream, StartingPosition="TRIM_HORIZON"
        )
        for number in range(5):
            aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": f"before-{number}"}})
        wait_for(lambda: len(scan_ids(aws, "copies")) == 5)
        cloud.snapshot()
        cloud.stop()
        cloud.ensure_running()
        aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": "after a stop"}})
        wait_for(lambda: "after a stop" in scan_ids(aws, "copies"))
        cloud.snapshot()
        kill_server(cloud)
        cloud.ensure_running()
        aws("dynamodb").put_item(TableName="rows", Item={"id": {"S": "after a kill"}})
        wait_for(lambda: "after a kill" in scan_ids(aws, "copies"))


def test_a_lambda_can_import_only_its_bundle_and_the_runtime(
    cloud: EmbeddedCloud, aws: AwsClients
) -> None:
    create_function(
        aws,
        "look",
        """
import importlib.util, os
def handler(event, context):
    print("looking")
    return {
        "found": [name for name in event["names"] if importlib.util.find_spec(name)],
        "env": sorted(os.environ),
    }
""",
    )
    names = ["boto3", "pydantic", "aws_lambda_powertools", "platform_cli", "platform_core", "yaml"]
    reply = aws("lambda").invoke(
        FunctionName="look", Payload=f'{{"names": {names}}}'.replace("'", '"')
    )
    seen = reply["Payload"].read().decode()
    assert '"found": ["boto3", "pydantic", "aws_lambda_powertools"]' in seen
    assert "VIRTUAL_ENV" not in seen
    assert "LOG_LEVEL" not in seen


def test_a_lambda_can_call_a_key_value_store(cloud: EmbeddedCloud, aws: AwsClients) -> None:
    store = aws("cloudfront").create_key_value_store(Name="reached")["KeyValueStore"]["ARN"]
    create_function(
        aws,
        "reach",
        """
import boto3
from botocore.config import Config
def handler(event, context):
    print("reaching")
    without_crt = Config(signature_version="v4")
    pointers = boto3.client("cloudfront-keyvaluestore", config=without_crt)
    return pointers.describe_key_value_store(KvsARN=event["store"])["ItemCount"]
""",
    )
    reply = aws("lambda").invoke(FunctionName="reach", Payload=json.dumps({"store": store}))
    assert reply["Payload"].read() == b"0"


def test_a_conditional_put_of_an_existing_object_is_rejected(
    cloud: EmbeddedCloud, aws: AwsClients
) -> None:
    aws("s3").create_bucket(Bucket="conditions")
    aws("s3").put_object(Bucket="conditions", Key="a", Body=b"one", IfNoneMatch="*")
    with pytest.raises(ClientError, match="PreconditionFailed"):
        aws("s3").put_object(Bucket="conditions", Key="a", Body=b"two", IfNoneMatch="*")
    assert aws("s3").get_object(Bucket="conditions", Key="a")["Body"].read() == b"one"


def test_administration_paths_of_the_emulator_are_not_available(
    cloud: EmbeddedCloud, aws: AwsClients
) -> None:
    addresses = cloud.ensure_running()
    headers = {"authorization": make_authorization("s3", addresses.keys.owner)}
    request = urllib.request.Request(
        addresses.aws_endpoint + "/_ministack/reset", headers=headers, method="POST"
    )
    with pytest.raises(urllib.error.HTTPError) as refused, urllib.request.urlopen(request):
        pass
    with refused.value as error:
        assert error.code == 404


def test_a_multipart_upload_and_a_copy_survive_a_kill(tmp_path: Path) -> None:
    big = os.urandom(9 * 1024 * 1024)
    with running_cloud(tmp_path) as (cloud, aws):
        aws("s3").create_bucket(Bucket="objects")
        cloud.snapshot()
        aws("s3").put_object(Bucket="objects", Key="a", Body=b"small")
        kind = {"ContentType": "application/zip", "Metadata": {"own": "1"}}
        aws("s3").upload_fileobj(io.BytesIO(big), "objects", "a", ExtraArgs=kind)
        aws("s3").put_object(Bucket="objects", Key="b", Body=b"old")
        aws("s3").put_object(Bucket="objects", Key="source", Body=b"new")
        aws("s3").copy_object(Bucket="objects", Key="b", CopySource="objects/source")
        aws("s3").delete_object(Bucket="objects", Key="source")
        kill_server(cloud)
        cloud.ensure_running()
        stored = aws("s3").get_object(Bucket="objects", Key="a")
        assert stored["Body"].read() == big
        assert (stored["ContentType"], stored["Metadata"]) == ("application/zip", {"own": "1"})
        assert aws("s3").get_object(Bucket="objects", Key="b")["Body"].read() == b"new"


def test_a_server_of_another_version_is_replaced(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as (cloud, _):
        first = cloud.ensure_running()
        lock = tmp_path / "server.lock"
        lock.write_text(lock.read_text().replace(metadata.version("platform-sites"), "0.0.1"))
        second = cloud.ensure_running()
        assert second.pid != first.pid
        assert second.aws_endpoint == first.aws_endpoint


NOTE = """
import boto3
store = boto3.client("dynamodb")
def handler(event, context):
    print("noting")
    store.put_item(TableName="notes", Item={"id": {"S": event["note"]}})
"""


def test_a_start_runs_missed_rate_schedules(tmp_path: Path) -> None:
    with running_cloud(tmp_path) as (cloud, aws):
        create_table(aws, "notes")
        arn = create_function(aws, "note", NOTE)
        aws("scheduler").create_schedule_group(Name="client")
        aws("scheduler").create_schedule(
            Name="sweep",
            GroupName="client",
            ScheduleExpression="rate(1 hour)",
            FlexibleTimeWindow={"Mode": "OFF"},
            Target={"Arn": arn, "RoleArn": "arn:aws:iam::0:role/r", "Input": '{"note": "swept"}'},
        )
        aws("events").put_rule(Name="look", ScheduleExpression="rate(1 hour)")
        target = {"Id": "1", "Arn": arn, "Input": '{"note": "looked"}'}
        aws("events").put_targets(Rule="look", Targets=[target])
        cloud.stop()
        cloud.ensure_running()
        wait_for(lambda: scan_ids(aws, "notes") == {"swept", "looked"})


def test_ports_are_kept_and_callers_wait_during_a_restart(
    tmp_path: Path,
) -> None:
    facts = {"site_bucket": "none", "pointer_store_arn": "", "api_id": ""}
    with running_cloud(tmp_path) as (cloud, _):
        site = cloud.register(AddressRegistration("acme", "prod", **facts))
        left = tmp_path / "tmp" / "of-a-lambda"
        left.mkdir()
        kill_server(cloud)
        (tmp_path / "server.lock").unlink()
        starting = threading.Thread(target=cloud.ensure_running)
        starting.start()
        wait_for(lambda: (tmp_path / "server.lock").exists() and cloud._running_server())
        with pytest.raises(urllib.error.HTTPError) as answer:
            urllib.request.urlopen(site.site_url, timeout=60)
        with answer.value as page:
            assert b"not been published yet" in page.read()
        starting.join()
        assert (cloud.status().clients or {})["acme/prod"] == site
        assert not left.exists()
        wait_for(lambda: not list(tmp_path.glob("tmp.*.old")))
