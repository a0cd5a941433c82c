# What a Terraform user may have beside the article's stack (tests/bench/terraform/single_batch/main.tf): the fixtures state.json
# and plan.json are what Terraform 1.11 with the AWS provider 5.100 made of both together against the emulator:
#
#   terraform plan -out first.plan && terraform show -json first.plan    # plan.json, before anything is there
#   terraform apply && terraform show -json                              # state.json
#
# What no reader looks at was taken out of both.

variable "webhook_token" {
  type      = string
  sensitive = true
  default   = "hunter2-webhook"
}

# A second trigger on the article's task definition, without a revision, and stopped.
resource "aws_cloudwatch_event_rule" "stopped" {
  name                = "hello-stopped"
  description         = "Says hello, once it is started again"
  schedule_expression = "rate(2 hours)"
  state               = "DISABLED"
}

resource "aws_cloudwatch_event_target" "stopped" {
  rule     = aws_cloudwatch_event_rule.stopped.name
  arn      = local.cluster
  role_arn = aws_iam_role.events.arn
  ecs_target {
    task_definition_arn = aws_ecs_task_definition.this.arn_without_revision
    capacity_provider_strategy {
      capacity_provider = "FARGATE_SPOT"
      weight            = 1
    }
    network_configuration {
      subnets = ["subnet-0123456789abcdef0"]
    }
    tags = { team = "hello" }
  }
  retry_policy {
    maximum_event_age_in_seconds = 3600
    maximum_retry_attempts       = 3
  }
  dead_letter_config {
    arn = "arn:aws:sqs:ap-northeast-1:${local.account}:failed"
  }
}

# What is no batch.
resource "aws_cloudwatch_event_rule" "event" {
  name          = "on-event"
  event_pattern = jsonencode({ source = ["aws.ecs"] })
}

resource "aws_cloudwatch_event_target" "event" {
  rule = aws_cloudwatch_event_rule.event.name
  arn  = "arn:aws:sqs:ap-northeast-1:${local.account}:events"
}

resource "aws_iam_role" "scheduler" {
  name = "scheduler"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
    }]
  })
}

module "reports" {
  source   = "./modules/reports"
  for_each = { daily = "cron(0 3 * * ? *)", weekly = "cron(0 3 ? * MON *)" }

  name          = each.key
  schedule      = each.value
  cluster       = local.cluster
  role_arn      = aws_iam_role.scheduler.arn
  execution     = aws_iam_role.execution.arn
  webhook_token = var.webhook_token
}
