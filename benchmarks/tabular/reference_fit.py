"""Fit one other tool on one file and predict another, inside that tool's environment. Knows nothing of Fathom.

usage: python reference_fit.py TOOL JSON, the JSON with: train, test, target, kind, metric, budget_s, seed, threads,
out. To out goes a file with the columns p_<class> … or prediction; the last line printed is JSON with the seconds.
"""

import json
import sys
import tempfile
import time

import pandas as pd


def autogluon(train, test, q):
    from autogluon.tabular import TabularPredictor

    metric = {"auc": "roc_auc", "accuracy": "accuracy", "rmse": "root_mean_squared_error"}[q["metric"]]
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        predictor = TabularPredictor(
            label=q["target"], eval_metric=metric, problem_type=q["kind"], path=folder, verbosity=0
        ).fit(train, time_limit=q["budget_s"], presets="good_quality", num_cpus=q["threads"])
        fit_s, started = time.perf_counter() - started, time.perf_counter()
        rows = test.drop(columns=q["target"])
        if q["kind"] == "regression":
            answer = pd.DataFrame({"prediction": predictor.predict(rows)})
        else:
            answer = predictor.predict_proba(rows).add_prefix("p_")
        return answer, fit_s, time.perf_counter() - started


def flaml(train, test, q):
    from flaml import AutoML

    metric = {"auc": "roc_auc", "accuracy": "accuracy", "rmse": "rmse"}[q["metric"]]
    x, y = train.drop(columns=q["target"]), train[q["target"]]
    words = x.select_dtypes(["object", "string"]).columns
    x, rows = x.astype(dict.fromkeys(words, "category")), test.drop(columns=q["target"])
    rows = rows.assign(**{c: pd.Categorical(rows[c], categories=x[c].cat.categories) for c in words})
    model, started = AutoML(), time.perf_counter()
    model.fit(
        X_train=x, y_train=y, task="regression" if q["kind"] == "regression" else "classification",
        metric=metric, time_budget=q["budget_s"], n_jobs=q["threads"], seed=q["seed"], verbose=0,
    )  # fmt: skip
    fit_s, started = time.perf_counter() - started, time.perf_counter()
    if q["kind"] == "regression":
        answer = pd.DataFrame({"prediction": model.predict(rows)})
    else:
        answer = pd.DataFrame(model.predict_proba(rows), columns=[f"p_{c}" for c in model.classes_])
    return answer, fit_s, time.perf_counter() - started


def h2o(train, test, q):
    import h2o
    from h2o.automl import H2OAutoML

    h2o.init(nthreads=q["threads"], max_mem_size="4G")
    h2o.no_progress()
    try:
        words = [c for c in train if train[c].dtype.kind not in "biuf"]
        kinds = dict.fromkeys(words, "enum")
        started = time.perf_counter()
        frame = h2o.H2OFrame(train, column_types=kinds)
        model = H2OAutoML(
            max_runtime_secs=round(q["budget_s"]), seed=q["seed"] + 1,
            sort_metric={"auc": "AUC", "accuracy": "logloss", "rmse": "RMSE"}[q["metric"]],
        )  # fmt: skip
        model.train(y=q["target"], training_frame=frame)
        fit_s, started = time.perf_counter() - started, time.perf_counter()
        answer = model.predict(h2o.H2OFrame(test, column_types=kinds)).as_data_frame()
        seconds = time.perf_counter() - started
    finally:
        h2o.cluster().shutdown()
    if q["kind"] == "regression":
        return answer.rename(columns={"predict": "prediction"}), fit_s, seconds
    return answer.drop(columns="predict").add_prefix("p_"), fit_s, seconds


def realmlp_td(train, test, q):
    from pytabkit import RealMLP_TD_Classifier, RealMLP_TD_Regressor

    x, y = train.drop(columns=q["target"]), train[q["target"]]
    rows = test.drop(columns=q["target"])
    made = RealMLP_TD_Regressor if q["kind"] == "regression" else RealMLP_TD_Classifier
    more = {"val_metric_name": "1-auc_ovr", "use_ls": False} if q["metric"] == "auc" else {}
    model = made(
        device="cpu", random_state=q["seed"], n_threads=q["threads"], val_fraction=q["validation"], **more
    )
    started = time.perf_counter()
    numbers = x.select_dtypes("number").columns
    means = x[numbers].mean()  # it takes no missing numbers
    words = [c for c in x if c not in numbers]
    fill = {**means, **dict.fromkeys(words, "missing")}
    model.fit(x.fillna(fill), y, cat_col_names=words)
    fit_s, started = time.perf_counter() - started, time.perf_counter()
    if q["kind"] == "regression":
        answer = pd.DataFrame({"prediction": model.predict(rows.fillna(fill)).ravel()})
    else:
        answer = pd.DataFrame(
            model.predict_proba(rows.fillna(fill)), columns=[f"p_{c}" for c in model.classes_]
        )
    return answer, fit_s, time.perf_counter() - started


if __name__ == "__main__":
    tool, question = sys.argv[1], json.loads(sys.argv[2])
    answer, fit_s, predict_s = globals()[tool](
        pd.read_csv(question["train"]), pd.read_csv(question["test"]), question
    )
    answer.to_csv(question["out"], index=False)
    print(json.dumps({"fit_s": fit_s, "predict_s": predict_s}))
