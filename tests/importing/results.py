"""Results of serving benchmarks in the shape that each tool writes, with figures of public runs. Not complete files."""

from __future__ import annotations

from typing import Any

VLLM = {
    "date": "20260607-055409",
    "backend": "vllm",
    "model_id": "openai/gpt-oss-120b",
    "num_prompts": 160,
    "request_rate": "inf",
    "max_concurrency": 16,
    "duration": 151.6,
    "benchmark_start_time_unix": 1780811606.8627384,
    "completed": 160,
    "total_input_tokens": 1146560,
    "total_output_tokens": 143360,
    "request_throughput": 1.0554,
    "request_goodput:": None,
    "output_throughput": 945.6,
    "median_ttft_ms": 357.44,
    "p90_ttft_ms": 905.88,
    "p99_ttft_ms": 4714.06,
    "median_tpot_ms": 16.25,
    "p90_tpot_ms": 17.11,
    "p99_tpot_ms": 17.86,
    "median_itl_ms": 15.9,
    "median_e2el_ms": 14748.43,
    "p99_e2el_ms": 19439.59,
}
VLLM_IN_SECONDS = {
    "date": "20260213-135636",
    "model_id": "zai-org/GLM-5-FP8",
    "num_prompts": 160,
    "request_rate": "inf",
    "max_concurrency": 16,
    "duration": 214.6,
    "completed": 160,
    "total_input_tokens": 1638400,
    "total_output_tokens": 20480,
    "output_throughput": 95.416,
    "median_ttft": 3.138244,
    "p99_ttft": 16.56181,
    "median_e2el": 21.447948,
    "p99_e2el": 30.149847,
    "median_tpot": 0.141052,
    "p99_tpot": 0.196229,
}
SGLANG = {
    "backend": "sglang",
    "request_rate": "Infinity",
    "max_concurrency": 8,
    "random_input_len": 512,
    "random_output_len": 64,
    "server_info": {"model_path": "Qwen/Qwen2.5-3B-Instruct"},
    "duration": 3.0055,
    "completed": 100,
    "total_input_tokens": 26497,
    "total_output_tokens": 3081,
    "total_output_tokens_retokenized": 3081,
    "output_throughput": 1025.11,
    "median_e2e_latency_ms": 219.85,
    "p99_e2e_latency_ms": 486.27,
    "median_ttft_ms": 23.367,
    "p99_ttft_ms": 53.599,
    "median_tpot_ms": 6.689,
    "p99_tpot_ms": 10.843,
    "median_itl_ms": 3.627,
    "concurrency": 7.6376,
}
SGLANG_OLD = {
    "backend": "sglang",
    "request_rate": 1.0,
    "max_concurrency": None,
    "total_input_tokens": 152612,
    "total_output_tokens": 160347,
    "median_e2e_latency_ms": 7819.046,
    "median_ttft_ms": 85.745,
    "median_itl_ms": 13.639,
    "output_throughput": 537.414,
    "duration": 298.368,
    "completed": 300,
}


def _block(unit: str, **values: float) -> dict[str, Any]:
    return {"unit": unit, **values}


AIPERF = {
    "request_throughput": _block("requests/sec", avg=0.5033),
    "request_count": _block("requests", avg=64.0),
    "request_latency": _block("ms", avg=3747.7, p50=3721.507, p90=3847.833, p95=4098.04, p99=4129.222),
    "time_to_first_token": _block("ms", avg=36.455, p50=35.502, p90=39.161, p95=40.535, p99=48.716),
    "inter_token_latency": _block("ms", avg=18.653, p50=18.521, p90=19.113, p95=20.396, p99=20.588),
    "inter_chunk_latency": _block("ms", avg=18.65, p50=18.402, p99=21.815),
    "output_token_throughput": _block("tokens/sec", avg=100.651),
    "output_sequence_length": _block("tokens", avg=199.969),
    "input_sequence_length": _block("tokens", avg=100.0),
    "error_request_count": None,
    "input_config": {
        "endpoint": {"model_names": ["Qwen/Qwen3-0.6B"]},
        "input": {"prompt": {"output_tokens": {"mean": 750}}},
        "loadgen": {"concurrency": 2, "request_count": 64},
    },
    "start_time": "2025-11-07T13:43:21.661653",
}
GENAI_PERF = {
    "request_throughput": _block("requests/sec", avg=2.0),
    "request_latency": _block("ms", p50=900.0, p99=1200.0),
    "time_to_first_token": _block("ms", p50=90.0, p99=140.0),
    "inter_token_latency": _block("ms", p50=8.2, p99=9.0),
    "output_token_throughput": _block("tokens/sec", avg=200.0),
    "output_sequence_length": _block("tokens", avg=100.0),
    "input_sequence_length": _block("tokens", avg=128.0),
    "input_config": {
        "model_names": ["meta/llama-3.1-8b-instruct"],
        "perf_analyzer": {"stimulus": {"concurrency": 4}},
        "request_count": 100,
    },
}
AIPERF_CSV = """\
Metric,avg,p1,p50,p75,p90,p95,p99
Input Sequence Length (tokens),3761.31,394.95,2900.50,5447.75,7113.00,8710.75,11667.65
Inter Token Latency (ms),11.85,7.61,12.25,12.56,12.80,12.95,13.27
OSL Mismatch Diff % (%),-73.46,-97.91,-73.75,-63.31,-51.61,-38.55,-28.09
Output Sequence Length (tokens),543.61,42.80,537.50,751.50,991.00,1258.50,1472.80
Request Latency (ms),6726.66,650.72,6478.63,9035.11,12053.18,15873.07,18625.45
Time to First Token (ms),230.14,81.45,177.79,235.62,396.73,672.05,687.62

Metric,Value
Benchmark Duration (sec),44.52
Output Token Throughput (tokens/sec),"1,172.15"
Request Count,96.00
Request Throughput (requests/sec),2.16
"""


def _successful(mean: float, **percentiles: float) -> dict[str, Any]:
    return {"successful": {"mean": mean, "median": percentiles.get("p50", mean), "percentiles": percentiles}}


_GUIDELLM_METRICS = {
    "requests_per_second": _successful(1.548),
    "request_latency": _successful(0.6445, p50=0.64246, p90=0.64887, p95=0.65673, p99=0.68918),
    "prompt_token_count": _successful(257.1),
    "output_token_count": _successful(128.0),
    "time_to_first_token_ms": _successful(16.6, p50=16.38, p90=18.51, p95=19.01, p99=21.28),
    "time_per_output_token_ms": _successful(5.01, p50=5.0, p99=5.4),
    "inter_token_latency_ms": _successful(4.93, p50=4.92, p90=4.97, p95=5.03, p99=5.26),
    "output_tokens_per_second": _successful(198.1),
}
GUIDELLM = {
    "metadata": {"version": 2, "guidellm_version": "0.8.0"},
    "benchmarks": [
        {
            "config": {
                "strategy": {"type_": "concurrent", "streams": 4, "max_concurrency": 10240},
                "backend": {"model": "meta-llama/Llama-3.1-8B-Instruct"},
            },
            "metrics": {**_GUIDELLM_METRICS, "request_totals": {"successful": 46, "errored": 1, "incomplete": 9}},
            "start_time": 1786678148.25,
        }
    ],
}
GUIDELLM_OLD = {
    "benchmarks": [
        {
            "args": {"strategy": {"type_": "synchronous"}},
            "run_stats": {"start_time": 1749157168.05, "requests_made": {"successful": 46, "errored": 0}},
            "worker": {"backend_model": "example_model"},
            "metrics": _GUIDELLM_METRICS,
        },
        {
            "args": {"strategy": {"type_": "constant", "rate": 10.0, "max_concurrency": None}},
            "run_stats": {"start_time": 1749157168.05, "requests_made": {"successful": 586, "errored": 0}},
            "worker": {"backend_model": "example_model"},
            "metrics": _GUIDELLM_METRICS,
        },
    ]
}
INFERENCE_PERF = {
    "load_summary": {"count": 8933, "send_duration": 59.9, "requested_rate": 148.89, "achieved_rate": 149.1},
    "successes": {
        "count": 8933,
        "latency": {
            "request_latency": {"mean": 3.79, "median": 3.831, "p75": 3.94355, "p90": 4.02363, "p99": 4.10246},
            "time_per_output_token": {"mean": 0.0128, "median": 0.01284, "p90": 0.01294, "p99": 0.01301},
            "time_to_first_token": {"mean": 2.13, "median": 2.1778, "p90": 2.36044, "p99": 2.43618},
        },
        "throughput": {"input_tokens_per_sec": 22650.1, "output_tokens_per_sec": 7094.4, "requests_per_sec": 112.6},
        "prompt_len": {"mean": 201.2},
        "output_len": {"mean": 63.0},
    },
    "failures": {"count": 0},
}
INFERENCE_PERF_TWICE = {
    "load_summary": {"count": 60, "send_duration": 58.51, "requested_rate": 1.0, "achieved_rate": 1.025},
    "successes": {
        "count": 60,
        "latency": {
            "request_latency": {"mean": 0.48048, "median": 0.47961, "p90": 0.4858, "p99": 0.48944},
            "time_per_output_token": {"mean": 0.0034734, "median": 0.003468, "p90": 0.0034947, "p99": 0.0035216},
            "time_to_first_token": {"mean": 0.03113, "median": 0.03103, "p90": 0.03541, "p99": 0.0397},
        },
        "throughput": {"input_tokens_per_sec": 207.6, "output_tokens_per_sec": 64.23, "requests_per_sec": 1.017},
        "prompt_len": {"mean": 204.1},
        "output_len": {"mean": 63.15},
    },
    "failures": {"count": 0},
}
LLMPERF = {
    "version": "2023-08-31",
    "model": "llama2-70b-4096",
    "mean_input_tokens": 550,
    "num_concurrent_requests": 5,
    "results_inter_token_latency_s_quantiles_p50": 0.0053208,
    "results_inter_token_latency_s_quantiles_p90": 0.006162,
    "results_inter_token_latency_s_quantiles_p99": 0.0065659,
    "results_ttft_s_quantiles_p50": 0.2218884,
    "results_ttft_s_quantiles_p90": 0.2988184,
    "results_ttft_s_quantiles_p99": 0.350027,
    "results_end_to_end_latency_s_quantiles_p50": 0.8051838,
    "results_end_to_end_latency_s_quantiles_p99": 0.9922714,
    "results_request_output_throughput_token_per_s_quantiles_p50": 185.0511,
    "results_request_output_throughput_token_per_s_quantiles_p90": 205.7247,
    "results_number_input_tokens_mean": 550.0,
    "results_number_output_tokens_mean": 150.0,
    "results_number_errors": 0,
    "results_mean_output_throughput_token_per_s": 441.847,
    "results_num_completed_requests": 150,
    "results_num_completed_requests_per_min": 176.739,
    "timestamp": 1704851704,
}
LLM_D_FIRST = {
    "version": "0.1",
    "scenario": {
        "host": {"type": ["replica"], "accelerator": [{"model": "H100", "memory": 80, "count": 8}]},
        "platform": {"engine": [{"name": "vllm", "version": "0.9.0.1"}]},
        "model": {"name": "deepseek-ai/DeepSeek-R1-0528"},
    },
    "metrics": {
        "time": {"duration": 16.53, "start": 1749570583.57},
        "requests": {
            "total": 33,
            "failures": 0,
            "incomplete": 1,
            "input_length": {"units": "count", "mean": 628.6},
            "output_length": {"units": "count", "mean": 31.8},
        },
        "latency": {
            "request_latency": {"units": "s", "mean": 3.313, "p50": 2.115, "p90": 5.947},
            "time_per_output_token": {"units": "s/token", "mean": 0.0837, "p50": 0.0612, "p90": 0.1523},
            "time_to_first_token": {"units": "s", "mean": 0.801, "p50": 0.2035, "p90": 2.2696},
        },
        "throughput": {"input_tokens_per_sec": 643.6, "output_tokens_per_sec": 32.54, "requests_per_sec": 1.024},
    },
}
LLM_D_SECOND = {
    "version": "0.2.1",
    "run": {"time": {"start": "2025-11-05T18:00:42Z"}},
    "scenario": {
        "load": {"standardized": {"rate_qps": 10.0, "concurrency": float("inf")}},
        "stack": [
            {
                "standardized": {
                    "kind": "inference_engine",
                    "accelerator": {"model": "NVIDIA-H100-80GB-HBM3", "count": 8},
                    "model": {"name": "Qwen/Qwen3-0.6B"},
                    "replicas": 2,
                }
            },
            {"standardized": {"kind": "generic"}},
        ],
    },
    "results": {
        "request_performance": {
            "aggregate": {
                "latency": {"time_to_first_token": {"units": "s", "p50": 0.03623, "p90": 0.04263, "p99": 0.05029}},
                "requests": {
                    "total": 500,
                    "failures": 0,
                    "input_length": {"units": "count", "mean": 2262.448},
                    "output_length": {"units": "count", "mean": 100.0},
                },
                "throughput": {"output_token_rate": {"units": "tokens/s", "mean": 990.0}},
            }
        }
    },
}
