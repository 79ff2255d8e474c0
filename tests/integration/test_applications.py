"""Applications that are not ours, run as they are."""

from pathlib import Path

from integration.running import ROOT, up

APPLICATIONS = ROOT / "tests" / "integration" / "applications"


def test_a_function_reaches_services_beyond_its_tables(tmp_path: Path) -> None:
    with up(tmp_path, "--template", str(APPLICATIONS / "sender" / "template.yaml")) as stack:
        stack.wait_for(r"^Ready in")
        url = stack.wait_for(r"(http://127\.0\.0\.1:\d+)/messages")[1]
        answer = stack.http.post(f"{url}/messages", content="hello")
        assert (answer.status_code, answer.text) == (200, "hello")


def test_an_explicit_api_with_authorizer_cors_and_binary(tmp_path: Path) -> None:
    with up(tmp_path, "--template", str(APPLICATIONS / "guarded" / "template.yaml")) as stack:
        stack.wait_for(r"^Ready in")
        url = stack.wait_for(r"curl -i (http://127\.0\.0\.1:\d+)/")[1]
        stack.wait_for(r"GET /signed: AWS_IAM is accepted, not verified locally\.")
        stack.http.base_url = f"{url}/"

        refused = stack.http.get("/picture", headers={"Authorization": "please"})
        assert (refused.status_code, refused.json()) == (401, {"message": "Unauthorized"})
        png = {"Accept": "image/png"}
        answer = stack.http.get("/picture", headers={"Authorization": "open sesame", **png})
        assert (answer.status_code, answer.content) == (200, b"\x89PNG")
        assert answer.headers["X-Colour"] == "blue"
        preflight = stack.http.options("/picture", headers={"Origin": "https://example.com"})
        assert preflight.headers["Access-Control-Allow-Origin"] == "*"
        assert stack.http.get("/signed", headers=png).status_code == 200
