package main

import (
	"context"
	"time"

	"github.com/prometheus/prometheus/model/histogram"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/promql"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/storage"
	"github.com/prometheus/prometheus/tsdb/chunkenc"
	"github.com/prometheus/prometheus/tsdb/chunks"
	"github.com/prometheus/prometheus/util/annotations"
)

const step = time.Minute

// An expression, and the series that it is evaluated on, as promtool's unit tests write them: a value a minute.
type promQL struct {
	Expr   string   `json:"expr"`
	Series []string `json:"series"`
	// Minutes after the first value.
	At int64 `json:"at"`
}

type evaluated struct {
	// The label matchers of each series that the expression asks for, its name among them.
	Selectors []map[string]string `json:"selectors"`
	// What the expression gives: for an alert, what it fires for.
	Samples []sampled `json:"samples"`
}

type sampled struct {
	Labels map[string]string `json:"labels"`
	Value  float64           `json:"value"`
}

func (asked promQL) evaluate() (any, error) {
	expression, err := parser.ParseExpr(asked.Expr)
	if err != nil {
		return nil, err
	}
	result := evaluated{Selectors: selectorsOf(expression), Samples: []sampled{}}
	series, err := storedSeries(asked.Series)
	if err != nil {
		return nil, err
	}
	engine := promql.NewEngine(promql.EngineOpts{MaxSamples: 1_000_000, Timeout: time.Minute})
	at := time.Unix(0, 0).Add(time.Duration(asked.At) * step)
	query, err := engine.NewInstantQuery(context.Background(), series, nil, asked.Expr, at)
	if err != nil {
		return nil, err
	}
	defer query.Close()
	vector, err := query.Exec(context.Background()).Vector()
	if err != nil {
		return nil, err
	}
	for _, given := range vector {
		result.Samples = append(result.Samples, sampled{given.Metric.Map(), given.F})
	}
	return result, nil
}

func selectorsOf(expression parser.Expr) []map[string]string {
	selectors := []map[string]string{}
	parser.Inspect(expression, func(node parser.Node, _ []parser.Node) error {
		if selector, ok := node.(*parser.VectorSelector); ok {
			asked := map[string]string{}
			for _, matcher := range selector.LabelMatchers {
				asked[matcher.Name] = matcher.Value
			}
			selectors = append(selectors, asked)
		}
		return nil
	})
	return selectors
}

// The series as a Prometheus would have them in store.
type memory []storage.Series

func storedSeries(descriptions []string) (memory, error) {
	stored := memory{}
	for _, description := range descriptions {
		name, values, err := parser.ParseSeriesDesc(description)
		if err != nil {
			return nil, err
		}
		samples := []chunks.Sample{}
		for index, value := range values {
			if !value.Omitted {
				samples = append(samples, sample{int64(index) * step.Milliseconds(), value.Value})
			}
		}
		stored = append(stored, storage.NewListSeries(name, samples))
	}
	return stored, nil
}

func (m memory) Querier(_, _ int64) (storage.Querier, error) { return querier{m}, nil }

type querier struct{ memory }

func (q querier) Select(_ context.Context, _ bool, _ *storage.SelectHints, matchers ...*labels.Matcher) storage.SeriesSet {
	found := &seriesSet{}
	for _, series := range q.memory {
		if matchesAll(series.Labels(), matchers) {
			found.series = append(found.series, series)
		}
	}
	return found
}

func matchesAll(of labels.Labels, matchers []*labels.Matcher) bool {
	for _, matcher := range matchers {
		if !matcher.Matches(of.Get(matcher.Name)) {
			return false
		}
	}
	return true
}

func (querier) LabelValues(context.Context, string, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) LabelNames(context.Context, *storage.LabelHints, ...*labels.Matcher) ([]string, annotations.Annotations, error) {
	return nil, nil, nil
}

func (querier) Close() error { return nil }

type seriesSet struct {
	series []storage.Series
	next   int
}

func (s *seriesSet) Next() bool                        { s.next++; return s.next <= len(s.series) }
func (s *seriesSet) At() storage.Series                { return s.series[s.next-1] }
func (s *seriesSet) Err() error                        { return nil }
func (s *seriesSet) Warnings() annotations.Annotations { return nil }

type sample struct {
	at    int64
	value float64
}

func (s sample) T() int64                      { return s.at }
func (s sample) ST() int64                     { return 0 }
func (s sample) F() float64                    { return s.value }
func (s sample) H() *histogram.Histogram       { return nil }
func (s sample) FH() *histogram.FloatHistogram { return nil }
func (s sample) Type() chunkenc.ValueType      { return chunkenc.ValFloat }
func (s sample) Copy() chunks.Sample           { return s }
