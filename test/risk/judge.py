"""The figures of a stress test, computed anew with nothing but Python's standard library: JSON in, JSON out."""
import json
import math
import sys
from fractions import Fraction
from itertools import product


def covariance(case):
    sigma, rho = case["volatilities"], case["correlations"]
    return [[rho[i][j] * sigma[i] * sigma[j] for j in range(len(sigma))] for i in range(len(sigma))]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector)) for row in matrix]


def deviation(matrix, exposure):
    return math.sqrt(max(0.0, sum(a * b for a, b in zip(exposure, times(matrix, exposure)))))


def reverse(case):
    matrix, d, kappa = covariance(case), case["exposure"], case["sigmas"]
    s = deviation(matrix, d)
    return {
        "deviation": s,
        "worst": [-kappa * entry / s for entry in times(matrix, d)],
        "sigmas": case["loss"] / s,
        "tail": math.erfc(case["loss"] / s / math.sqrt(2)) / 2,
        "box": sum(size * abs(entry) for size, entry in zip(case["box"], d)),
    }


def redistribution(case):
    """Over every choice of signs: 2^n of them."""
    matrix, holders = covariance(case), case["holders"]
    most = 0.0
    for signs in product((-0.5, 0.5), repeat=len(holders)):
        g = [sum(s * own[k] for s, own in zip(signs, holders)) for k in range(len(matrix))]
        most = max(most, deviation(matrix, g))
    return case["sigmas"] * most


def adjustment(n, p):
    return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) * abs(k / n - p) for k in range(n + 1))


def concentration(amounts):
    total = sum(amounts)
    return str(sum(Fraction(amount, total) ** 2 for amount in amounts))


def windows(case):
    """Gains of all windows, exactly."""
    prices, h, d = case["prices"], case["periods"], case["exposure"]
    return [
        str(sum(entry * (Fraction(later, before) - 1) for entry, before, later in zip(d, prices[t], prices[t + h])))
        for t in range(len(prices) - h)
    ]


asked = json.load(sys.stdin)
json.dump(
    {
        "reverse": [reverse(case) for case in asked["reverse"]],
        "redistribution": [redistribution(case) for case in asked["redistribution"]],
        "adjustment": [adjustment(n, p) for n, p in asked["adjustment"]],
        "concentration": [concentration(amounts) for amounts in asked["concentration"]],
        "windows": [windows(case) for case in asked["windows"]],
    },
    sys.stdout,
)
